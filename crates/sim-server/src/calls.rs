//! The calls of the network: who rang whom, and how it ended.

use std::collections::VecDeque;

use parking_lot::Mutex;
use serde::Serialize;

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
    /// The number of who rings.
    #[serde(skip)]
    pub caller: String,
    /// The number of who is rung.
    #[serde(skip)]
    pub callee: String,
}

impl Call {
    /// Whether a phone has to do with it.
    pub fn has(&self, phone: &str) -> bool {
        self.caller == phone || self.callee == phone
    }
}

/// The calls of the network. Not kept across a restart.
#[derive(Default)]
pub struct Calls(Mutex<VecDeque<Call>>);

impl Calls {
    /// The call with an id.
    pub fn find(&self, id: &str) -> Option<Call> {
        self.0.lock().iter().find(|call| call.call_id == id).cloned()
    }

    /// The calls that a phone has to do with, oldest first.
    pub fn of(&self, phone: &str) -> Vec<Call> {
        let calls = self.0.lock();
        calls.iter().filter(|call| call.has(phone)).cloned().collect()
    }

    pub(crate) fn add(&self, call: Call) {
        let mut calls = self.0.lock();
        if calls.len() == CALLS_LIMIT {
            calls.pop_front();
        }
        calls.push_back(call);
    }

    pub(crate) fn set_state(&self, id: &str, state: CallState) {
        if let Some(call) = self.0.lock().iter_mut().find(|call| call.call_id == id) {
            call.state = state;
        }
    }
}
