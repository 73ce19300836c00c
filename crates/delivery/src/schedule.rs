use std::time::Duration;

/// When a webhook is tried, and for how long (specification, section 5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// How long a receiver may take to answer.
    pub patience: Duration,
    /// How long to wait before the same notification is sent again.
    pub pause: Duration,
    /// How long a notification is kept.
    pub retention: Duration,
    /// How often notifications that are older are removed.
    pub sweep: Duration,
    /// How often a log can be cleared.
    pub clearing: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            patience: Duration::from_secs(180),
            pause: Duration::from_secs(60),
            retention: Duration::from_secs(24 * 3600),
            sweep: Duration::from_secs(3600),
            clearing: Duration::from_secs(60),
        }
    }
}
