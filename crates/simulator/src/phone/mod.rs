//! The phone of an account: its primary device, a real client of the end-to-end encryption
//! that happens to live inside the simulator.
//!
//! `receive` reads what it gets, `send` encrypts what it sends, `retry` helps those who
//! could not read it. `chats` is what it keeps, `filing` how a message gets there, `content`
//! what stands in a message and how one is written.

mod chats;
mod content;
mod filing;
mod receive;
mod retry;
mod send;

use std::sync::Arc;

use wacore_binary::{JidExt as _, Node};

pub use chats::ChatOverview;
pub(crate) use chats::{Chats, Row, Seen, Status, Wanted};
pub(crate) use content::{Context, Draft, Quoted, Target, describe, hides_failure, media_type};
pub(crate) use filing::{Filed, file};
pub(crate) use retry::{Resend, ask as ask_again, resend};
pub(crate) use send::{Addressing, Outgoing, new_message_id, require_online};

use crate::account::{Account, AccountCell};
use crate::groups;
use crate::node::NodeExt as _;
use crate::routing::Acts;
use crate::simulator::Simulator;

/// The phone gets a stanza, under its account's lock. What it does in answer is added to
/// `acts`.
pub(crate) async fn take(
    sim: &Simulator,
    cell: &Arc<AccountCell>,
    account: &mut Account,
    stanza: &Node,
    acts: &mut Acts,
) {
    match stanza.tag.as_ref() {
        "message" if stanza.jid("from").is_some_and(|from| from.is_group()) => {
            groups::take(sim, cell, account, stanza, acts).await;
        }
        "message" => receive::message(sim, cell, account, stanza, acts).await,
        "receipt" => receive::receipt(sim, cell, stanza, acts),
        "chatstate" => receive::chatstate(sim, cell, stanza),
        // The network knows the state of every call.
        "call" => cell.chats.touch(),
        _ => {}
    }
}
