use serde::{Deserialize, Serialize};

use crate::{ChatId, UnixMillis};

/// A call, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRecord {
    /// Its id.
    pub id: String,
    /// Whether somebody else called.
    pub is_incoming: bool,
    /// The other side, or the group.
    pub chat: ChatId,
    /// Whether it has a picture.
    pub is_video: bool,
    /// Whether a group is called.
    pub is_group: bool,
    /// How it stands.
    pub status: CallStatus,
    /// When that was reached.
    pub at: UnixMillis,
}

/// How a call stands (specification, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum CallStatus {
    /// It rings.
    Offer,
    /// It was answered.
    PickUp,
    /// It ended, or the caller gave up.
    HungUp,
    /// It was turned down.
    Declined,
}

impl CallStatus {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::PickUp => "pickUp",
            Self::HungUp => "hungUp",
            Self::Declined => "declined",
        }
    }

    /// The status that the vendor's word names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Offer, Self::PickUp, Self::HungUp, Self::Declined];
        all.into_iter().find(|status| status.as_str() == word)
    }
}
