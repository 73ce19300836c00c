//! The vendor's words for how instances, messages and calls stand. The stores keep them too: a
//! word that changes has to be read under its old form as well.

use siskin_model::{CallStatus, InstanceState, MessageStatus, SocketStatus};

/// Something that the vendor has a word for.
pub trait Word: Copy + 'static {
    /// All that there are.
    const ALL: &'static [Self];

    /// The word.
    fn word(self) -> &'static str;

    /// What the word names.
    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == word)
    }
}

/// `stateInstance` (specification, `getStateInstance`).
impl Word for InstanceState {
    const ALL: &'static [Self] = &[
        Self::NotAuthorized,
        Self::Authorized,
        Self::Blocked,
        Self::Starting,
        Self::YellowCard,
        Self::Suspended,
        Self::PasskeyRequired,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::NotAuthorized => "notAuthorized",
            Self::Authorized => "authorized",
            Self::Blocked => "blocked",
            Self::Starting => "starting",
            Self::YellowCard => "yellowCard",
            Self::Suspended => "suspended",
            Self::PasskeyRequired => "passkeyRequired",
        }
    }
}

/// `statusInstance` (specification, `getStatusInstance`).
impl Word for SocketStatus {
    const ALL: &'static [Self] = &[Self::Online, Self::Offline];

    fn word(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Offline => "offline",
        }
    }
}

/// `status` of a message (specification, `outgoingMessageStatus`).
impl Word for MessageStatus {
    const ALL: &'static [Self] = &[
        Self::Pending,
        Self::Sent,
        Self::Delivered,
        Self::Read,
        Self::Failed,
        Self::NoAccount,
        Self::NotInGroup,
        Self::YellowCard,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Failed => "failed",
            Self::NoAccount => "noAccount",
            Self::NotInGroup => "notInGroup",
            Self::YellowCard => "yellowCard",
        }
    }
}

/// `status` of a call (specification, section 6).
impl Word for CallStatus {
    const ALL: &'static [Self] = &[Self::Offer, Self::PickUp, Self::HungUp, Self::Declined];

    fn word(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::PickUp => "pickUp",
            Self::HungUp => "hungUp",
            Self::Declined => "declined",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_word_finds_its_state() {
        for word in [
            "notAuthorized",
            "authorized",
            "blocked",
            "starting",
            "yellowCard",
            "suspended",
            "passkeyRequired",
        ] {
            assert_eq!(InstanceState::from_word(word).unwrap().word(), word);
        }
        assert_eq!(InstanceState::from_word("sleeping"), None);
    }

    #[test]
    fn the_word_finds_its_status() {
        for word in [
            "pending",
            "sent",
            "delivered",
            "read",
            "failed",
            "noAccount",
            "notInGroup",
            "yellowCard",
        ] {
            assert_eq!(MessageStatus::from_word(word).unwrap().word(), word);
        }
        assert_eq!(MessageStatus::from_word("lost"), None);
    }
}
