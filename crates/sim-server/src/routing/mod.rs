//! What devices and phones send each other, as the server passes it on.
//!
//! Nothing here holds the locks of two accounts at once, and none while a phone answers.

mod calls;
mod direct;
mod envelope;
mod groups;
mod presence;
mod receipts;

use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{JidExt as _, Node};

pub(crate) use calls::call;
pub use calls::pass_call_on;
pub use direct::{DeviceMessage, deliver, devices_for};
pub use envelope::Envelope;
pub use groups::{GroupMessage, devices_of, fan_out};
pub(crate) use presence::presence;
pub use presence::{announce_presence, chatstate};
pub(crate) use receipts::receipt;
pub use receipts::{named, receipt_from};

use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

/// The error in the ack of a message that the server does not understand.
const BAD_REQUEST: u16 = 400;

/// Who sends something: a device of an account, or its phone as device 0.
#[derive(Clone, Copy)]
pub struct Sender<'a> {
    /// The account.
    pub cell: &'a Arc<AccountCell>,
    /// The device.
    pub device: u16,
}

/// A linked device sends a message.
pub(crate) async fn message(session: &LinkedSession, message: &Node) {
    let sender = Sender { cell: &session.cell, device: session.device };
    let Some(to) = message.jid("to") else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if is_for_own_phone(session, message) {
        session.outbox.send(ack(message).build());
        let taken = session.cell.primary.clone().take_from_companion(session.device, message).await;
        if let Err(error) = taken {
            tracing::error!(%error, "a phone cannot answer its device");
        }
    } else if to.is_group() {
        groups::message(session, sender, &to, message).await;
    } else if to.is_status_broadcast() {
        // Statuses are not carried yet.
        session.server.counters.unknown("message to status@broadcast");
        session.outbox.send(refusal(message, 500));
    } else {
        direct::message(session, sender, &to, message).await;
    }
}

/// Whether a message goes from a device to its own phone.
fn is_for_own_phone(session: &LinkedSession, message: &Node) -> bool {
    let own = message.jid("to").is_some_and(|to| {
        let account = session.server.directory.account_of(&to);
        to.device == 0 && account.is_some_and(|cell| cell.phone == session.cell.phone)
    });
    own && message.text("category") == "peer"
}

/// The ack of a message.
fn ack(message: &Node) -> NodeBuilder {
    NodeBuilder::new("ack")
        .attr("class", "message")
        .attr("id", message.text("id").as_ref())
        .attr("from", message.text("to").as_ref())
        .attr("t", unix_seconds().to_string())
}

/// The ack of a message that is not passed on.
fn refusal(message: &Node, code: u16) -> Node {
    ack(message).attr("error", code.to_string()).build()
}
