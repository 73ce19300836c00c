use crate::UnixMillis;

/// After what time the messages of a chat disappear, and since when that is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Seconds after a message; 0: never.
    pub seconds: u32,
    /// When it was set; the start of time where that is not known.
    pub since: UnixMillis,
}

impl Timer {
    /// The longest time that is believed. WhatsApp's apps offer up to 90 days.
    pub const LONGEST: u32 = 366 * 24 * 60 * 60;

    /// A timer as somebody else told it. `None`: it is longer than any that there is.
    pub fn told(seconds: u32, since: UnixMillis) -> Option<Self> {
        (seconds <= Self::LONGEST).then_some(Self { seconds, since })
    }

    /// The seconds, if messages disappear at all.
    pub fn running(self) -> Option<u32> {
        Some(self.seconds).filter(|seconds| *seconds > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_that_nobody_can_set_is_not_believed() {
        assert_eq!(Timer::told(Timer::LONGEST + 1, UnixMillis(0)), None);
        let week = Timer { seconds: 604_800, since: UnixMillis(7) };
        assert_eq!(Timer::told(604_800, UnixMillis(7)), Some(week));
        assert_eq!(week.running(), Some(604_800));
        assert_eq!(Timer { seconds: 0, ..week }.running(), None);
    }
}
