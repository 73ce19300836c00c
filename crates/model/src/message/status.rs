use serde::{Deserialize, Serialize};

/// How far an outgoing message got (specification, `outgoingMessageStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MessageStatus {
    /// On its way to WhatsApp's server.
    Pending,
    /// WhatsApp's server has it.
    Sent,
    /// A device of the receiver has it.
    Delivered,
    /// The receiver has read or played it.
    Read,
    /// WhatsApp refused it, or did not answer in time.
    Failed,
    /// The number has no account.
    NoAccount,
    /// The account is no member of the group.
    NotInGroup,
    /// WhatsApp restricts sending.
    YellowCard,
}

impl MessageStatus {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
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

    /// The status that the vendor's word names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::Pending,
            Self::Sent,
            Self::Delivered,
            Self::Read,
            Self::Failed,
            Self::NoAccount,
            Self::NotInGroup,
            Self::YellowCard,
        ];
        all.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether a message that stands at `self` may move on to `next`: receipts come late,
    /// twice and out of order, and a message is not unread again. A failure is the end,
    /// unless WhatsApp delivers after all.
    pub fn may_become(self, next: Self) -> bool {
        next.rank() > self.rank()
    }

    const fn rank(self) -> u8 {
        match self {
            Self::Pending => 0,
            Self::Failed | Self::NoAccount | Self::NotInGroup | Self::YellowCard => 1,
            Self::Sent => 2,
            Self::Delivered => 3,
            Self::Read => 4,
        }
    }

    /// Whether it is told whatever the settings say (specification, section 4, number 5).
    pub const fn is_always_told(self) -> bool {
        matches!(self, Self::Failed | Self::NoAccount)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::MessageStatus::{self, *};

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
            assert_eq!(MessageStatus::from_word(word).unwrap().as_str(), word);
        }
        assert_eq!(MessageStatus::from_word("lost"), None);
    }

    #[test]
    fn a_message_only_moves_forward() {
        for (from, to) in [(Pending, Sent), (Sent, Delivered), (Sent, Read), (Failed, Delivered)] {
            assert!(from.may_become(to) && !to.may_become(from), "{from:?} {to:?}");
        }
        assert!(!Sent.may_become(Sent) && !Read.may_become(Failed));
    }
}
