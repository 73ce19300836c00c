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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
