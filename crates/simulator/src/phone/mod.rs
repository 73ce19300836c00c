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

use wacore_binary::Node;

pub use chats::ChatOverview;
pub(crate) use chats::{Chats, Row, Seen, Status, Wanted};
pub(crate) use content::{Context, Draft, Quoted, Target, describe};
pub(crate) use retry::{Resend, resend};
pub(crate) use send::{Addressing, Outgoing, require_online};

use crate::account::{Account, AccountCell};
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
        "message" => receive::message(sim, cell, account, stanza, acts).await,
        "receipt" => receive::receipt(sim, cell, stanza, acts),
        "chatstate" => receive::chatstate(sim, cell, stanza),
        // The network knows the state of every call.
        "call" => cell.chats.touch(),
        _ => {}
    }
}
