use serde::{Deserialize, Serialize};

/// A moment: milliseconds since 1970-01-01 UTC. The API shows seconds.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct UnixMillis(pub i64);

/// Milliseconds of a day (UTC).
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

impl UnixMillis {
    /// Whole seconds, as every `timestamp` of the API.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The moment without its fraction of a second, as WhatsApp gives the times of messages.
    pub const fn whole_seconds(self) -> Self {
        Self(self.seconds() * 1000)
    }

    /// The moment `duration` later.
    pub fn plus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The moment `duration` earlier.
    pub fn minus(self, duration: std::time::Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// The number of the day (UTC), counted from 1970-01-01.
    pub const fn day(self) -> i64 {
        self.0.div_euclid(DAY_MILLIS)
    }

    /// How long it is until the next day (UTC) begins: a day at most, never nothing.
    pub fn until_next_day(self) -> std::time::Duration {
        let left = DAY_MILLIS - self.0.rem_euclid(DAY_MILLIS);
        std::time::Duration::from_millis(u64::try_from(left).unwrap_or_default())
    }

    /// How long it is from `self` to `later`; zero when `later` has passed.
    pub fn until(self, later: Self) -> std::time::Duration {
        let millis = later.0.saturating_sub(self.0);
        std::time::Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn seconds_round_down_before_the_epoch_too() {
        assert_eq!(UnixMillis(1999).seconds(), 1);
        assert_eq!(UnixMillis(-1).seconds(), -1);
    }

    #[test]
    fn a_day_ends_where_the_next_begins() {
        let noon = UnixMillis(20_000 * DAY_MILLIS + DAY_MILLIS / 2);
        assert_eq!(noon.until_next_day(), Duration::from_secs(12 * 60 * 60));
        let midnight = noon.plus(noon.until_next_day());
        assert_eq!((noon.day(), midnight.day()), (20_000, 20_001));
        assert_eq!(midnight.until_next_day(), Duration::from_secs(24 * 60 * 60));
        assert_eq!(UnixMillis(-1).day(), -1);
    }

    #[test]
    fn until_a_past_moment_is_zero() {
        assert_eq!(UnixMillis(5).until(UnixMillis(3)), Duration::ZERO);
        assert_eq!(UnixMillis(3).until(UnixMillis(5)), Duration::from_millis(2));
    }
}
