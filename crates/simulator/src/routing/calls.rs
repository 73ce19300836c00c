//! Calls, as far as the server passes them on: who rings whom, and how it ended. No sound
//! is carried.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::{Acts, Sender};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::keys::random_bytes;
use crate::node::NodeExt as _;
use crate::simulator::Simulator;

/// Calls that are remembered; the oldest goes first.
const CALLS_LIMIT: usize = 10_000;

/// How far a call has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum CallState {
    /// The other side has not answered.
    Ringing,
    /// It was answered.
    Accepted,
    /// It was declined.
    Rejected,
    /// It is over: hung up, whether it was answered or not.
    Ended,
}

/// A call between two accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// The id in the stanzas.
    pub call_id: String,
    /// Who rings, as `15550100001@c.us`.
    pub from: String,
    /// Who is rung.
    pub to: String,
    /// Whether it is a video call.
    pub video: bool,
    /// How far it has come.
    pub state: CallState,
    #[serde(skip)]
    pub(crate) caller: String,
    #[serde(skip)]
    pub(crate) callee: String,
}

impl Call {
    /// Whether a phone has to do with it.
    pub(crate) fn has(&self, phone: &str) -> bool {
        self.caller == phone || self.callee == phone
    }
}

/// The calls of the network. Not kept across a restart.
#[derive(Default)]
pub(crate) struct Calls(Mutex<VecDeque<Call>>);

impl Calls {
    pub(crate) fn find(&self, id: &str) -> Option<Call> {
        self.calls().iter().find(|call| call.call_id == id).cloned()
    }

    /// The calls that a phone has to do with, oldest first.
    pub(crate) fn of(&self, phone: &str) -> Vec<Call> {
        let calls = self.calls();
        calls.iter().filter(|call| call.has(phone)).cloned().collect()
    }

    pub(crate) fn add(&self, call: Call) {
        let mut calls = self.calls();
        if calls.len() == CALLS_LIMIT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    fn set_state(&self, id: &str, state: CallState) {
        if let Some(call) = self.calls().iter_mut().find(|call| call.call_id == id) {
            call.state = state;
        }
    }

    fn calls(&self) -> std::sync::MutexGuard<'_, VecDeque<Call>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A linked device takes part in a call.
pub(crate) async fn call(session: &LinkedSession, call: &Node) {
    let Some((to, action)) = call.jid("to").zip(call.nodes().first()) else {
        return session.sim.counters().unknown("call without action");
    };
    let mut ack = NodeBuilder::new("ack")
        .attr("class", "call")
        .attr("id", call.text("id").as_ref())
        .attr("from", to.clone())
        .attr("t", unix_seconds().to_string());
    ack = ack.attr("type", action.tag.to_string());
    session.outbox.send(ack.build());
    let sender = Sender { cell: &session.cell, device: session.device };
    session.sim.pass_call_on(sender, &to, action).await;
}

impl Simulator {
    /// Gives the other side of a call what one side does, and tells the other devices of
    /// who answers that it was answered.
    pub(crate) async fn pass_call_on(&self, sender: Sender<'_>, to: &Jid, action: &Node) {
        let id = action.text("call-id").into_owned();
        let elsewhere = match action.tag.as_ref() {
            "offer" => {
                self.note_offer(sender, to, action, &id);
                None
            }
            "accept" => {
                self.calls().set_state(&id, CallState::Accepted);
                Some("accepted_elsewhere")
            }
            "reject" => {
                self.calls().set_state(&id, CallState::Rejected);
                Some("rejected_elsewhere")
            }
            "terminate" => {
                self.calls().set_state(&id, CallState::Ended);
                None
            }
            _ => None,
        };
        if let Some(cell) = self.account_of(to) {
            self.give_call(&cell, None, stanza(sender, to.is_lid(), action.clone()).await).await;
        }
        if let Some(reason) = elsewhere {
            let mut end = NodeBuilder::new("terminate").attr("call-id", id);
            if let Some(creator) = action.jid("call-creator") {
                end = end.attr("call-creator", creator);
            }
            let end = end.attr("reason", reason).build();
            // Word comes from the caller, whose call it is.
            let caller = self.account_of(to).unwrap_or_else(|| sender.cell.clone());
            let from = Sender { cell: &caller, device: 0 };
            let stanza = stanza(from, to.is_lid(), end).await;
            self.give_call(sender.cell, Some(sender.device), stanza).await;
        }
    }

    fn note_offer(&self, sender: Sender<'_>, to: &Jid, offer: &Node, id: &str) {
        let Some(callee) = self.account_of(to) else {
            return;
        };
        if self.calls().find(id).is_none() {
            self.calls().add(Call {
                call_id: id.to_owned(),
                from: sender.cell.chat_id(),
                to: callee.chat_id(),
                video: offer.get_optional_child("video").is_some(),
                state: CallState::Ringing,
                caller: sender.cell.phone.clone(),
                callee: callee.phone.clone(),
            });
        }
    }

    async fn give_call(&self, cell: &Arc<AccountCell>, but: Option<u16>, stanza: Node) {
        let mut acts = Acts::default();
        let mut account = cell.lock().await;
        let devices: Vec<u16> = account.all_devices().filter(|id| Some(*id) != but).collect();
        for device in devices {
            self.hand_over(cell, &mut account, device, stanza.clone(), &mut acts).await;
        }
    }
}

async fn stanza(sender: Sender<'_>, by_lid: bool, action: Node) -> Node {
    let name = sender.cell.lock().await.name.clone();
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("call")
        .attr("from", sender.cell.jid(by_lid, sender.device))
        .attr("id", format!("{id:016X}"))
        .attr("t", unix_seconds().to_string())
        .attr("notify", name)
        .attr("platform", "android")
        .attr("version", "2.24.0")
        .children([action])
        .build()
}
