//! One message as a phone keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use siskin_sim_server::keys::base64_bytes;
use siskin_sim_server::keys::base64_bytes::Base64;

/// What became of a message. The later ones include the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
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
pub(crate) enum Direction {
    /// One that the phone or its devices sent.
    Sent,
    /// One that they got.
    Received,
}

impl Direction {
    /// Receipts of others are for what was sent; those of own devices for what was
    /// received.
    pub(crate) fn by(own: bool) -> Self {
        if own { Self::Received } else { Self::Sent }
    }
}

/// A message in a chat, with what was done to it since.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its place among all messages of the phone.
    pub seq: u64,
    /// How phones show the chat.
    pub chat: String,
    /// Its id.
    pub id: String,
    /// Who sent it, as phones show them.
    pub from: String,
    /// Whether the phone or one of its devices sent it.
    pub from_me: bool,
    /// The name that the sender went by.
    pub name: String,
    /// Seconds since 1970.
    pub timestamp: u64,
    /// The decrypted protobuf.
    #[serde(with = "base64_bytes")]
    pub message: Vec<u8>,
    /// What became of it.
    pub status: Status,
    /// Whether it was addressed by LID.
    pub by_lid: bool,
    /// The content that an edit put in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited: Option<Base64>,
    /// Whether it was taken back.
    #[serde(default)]
    pub deleted: bool,
    /// Reactions, by who reacted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub reactions: BTreeMap<String, String>,
    /// The options of a poll that people chose, by who voted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub votes: BTreeMap<String, Vec<String>>,
    /// The message that a reaction, an edit, a deletion or a vote is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The options that a vote is for; `None` for what is no vote, or cannot be decrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen: Option<Vec<String>>,
}
