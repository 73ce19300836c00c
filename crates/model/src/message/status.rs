/// How far an outgoing message got (specification, `outgoingMessageStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    use super::MessageStatus::*;

    #[test]
    fn a_message_only_moves_forward() {
        for (from, to) in [(Pending, Sent), (Sent, Delivered), (Sent, Read), (Failed, Delivered)] {
            assert!(from.may_become(to) && !to.may_become(from), "{from:?} {to:?}");
        }
        assert!(!Sent.may_become(Sent) && !Read.may_become(Failed));
    }
}
