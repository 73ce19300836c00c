//! One message as a phone keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::keys::base64_bytes;
use crate::keys::base64_bytes::Base64;

/// What became of a message. The later ones include the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Status {
    /// The server has it.
    Sent,
    /// It came from somebody else.
    Received,
    /// The other side's devices have it.
    Delivered,
    /// It was read, by the other side or by the phone's owner.
    Read,
    /// Its voice or video was played.
    Played,
}

/// Whose message a receipt is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// One that the phone or its devices sent.
    Sent,
    /// One that they got.
    Received,
}

impl Seen {
    /// Receipts of others are for what was sent; those of own devices for what was
    /// received.
    pub(crate) fn by(own: bool) -> Self {
        if own { Self::Received } else { Self::Sent }
    }
}

/// A message in a chat, with what was done to it since.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    /// Its place among all messages of the phone.
    pub(crate) seq: u64,
    pub(crate) chat: String,
    pub(crate) id: String,
    pub(crate) from: String,
    pub(crate) from_me: bool,
    /// The name that the sender went by.
    pub(crate) name: String,
    /// Seconds since 1970.
    pub(crate) timestamp: u64,
    /// The decrypted protobuf.
    #[serde(with = "base64_bytes")]
    pub(crate) message: Vec<u8>,
    pub(crate) status: Status,
    /// Whether it was addressed by LID.
    pub(crate) by_lid: bool,
    /// The content that an edit put in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) edited: Option<Base64>,
    #[serde(default)]
    pub(crate) deleted: bool,
    /// Reactions, by who reacted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) reactions: BTreeMap<String, String>,
    /// The options of a poll that people chose, by who voted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) votes: BTreeMap<String, Vec<String>>,
    /// The message that a reaction, an edit, a deletion or a vote is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) target: Option<String>,
    /// The options that a vote is for; `None` for what is no vote, or cannot be decrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) chosen: Option<Vec<String>>,
}
