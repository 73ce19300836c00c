//! What devices and phones send each other, as the server passes it on.
//!
//! Nothing here holds the locks of two accounts at once. What a phone does in answer to
//! something it gets, such as a receipt, is noted in [`Acts`] and done when the lock is free.

mod acts;
mod calls;
mod devices;
mod direct;
mod envelope;
mod presence;
mod receipts;

use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{JidExt as _, Node};

pub(crate) use acts::{Act, Acts};
pub use calls::{Call, CallState};
pub(crate) use calls::{Calls, call};
pub(crate) use devices::DeviceChange;
pub(crate) use direct::{Parcel, enc, parcels_for};
pub(crate) use envelope::Envelope;
pub(crate) use presence::{Subscribers, chatstate, presence, show};
pub(crate) use receipts::{named, receipt, receipt_from};

use crate::account::{Account, AccountCell};
use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::groups;
use crate::node::NodeExt as _;
use crate::peer;
use crate::phone;
use crate::simulator::Simulator;

/// The error in the ack of a message that the server does not understand.
const BAD_REQUEST: u16 = 400;

/// Who sends something: a device of an account, or its phone as device 0.
#[derive(Clone, Copy)]
pub(crate) struct Sender<'a> {
    pub(crate) cell: &'a Arc<AccountCell>,
    pub(crate) device: u16,
}

/// A linked device sends a message.
pub(crate) async fn message(session: &LinkedSession, message: &Node) {
    let sender = Sender { cell: &session.cell, device: session.device };
    let Some(to) = message.jid("to") else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if peer::is_for_own_phone(session, message) {
        session.outbox.send(ack(message).build());
        if let Err(error) = peer::receive(session, message).await {
            tracing::error!(%error, "a phone cannot answer its device");
        }
    } else if to.is_group() {
        groups::message(session, sender, &to, message).await;
    } else if to.is_status_broadcast() {
        // Statuses are not carried yet.
        session.sim.counters().unknown("message to status@broadcast");
        session.outbox.send(refusal(message, 500));
    } else {
        direct::message(session, sender, &to, message).await;
    }
}

/// The ack of a message.
pub(crate) fn ack(message: &Node) -> NodeBuilder {
    NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", message.text("id").as_ref())
        .attr("from", message.text("to").as_ref())
        .attr("t", unix_seconds().to_string())
}

/// The ack of a message that is not passed on.
pub(crate) fn refusal(message: &Node, code: u16) -> Node {
    ack(message).attr("error", code.to_string()).build()
}

impl Simulator {
    /// Gives a stanza to a device, or to the phone as device 0: now if it is there, else
    /// when it comes back.
    pub(crate) async fn hand_over(
        &self,
        cell: &Arc<AccountCell>,
        account: &mut Account,
        device: u16,
        stanza: Node,
        acts: &mut Acts,
    ) {
        if device != 0 {
            cell.deliver(account, device, stanza);
        } else if account.online {
            phone::take(self, cell, account, &stanza, acts).await;
        } else {
            account.waiting.push(&stanza);
            cell.mark_changed();
        }
    }
}
