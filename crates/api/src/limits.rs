//! The vendor's rate limits: per instance and method (specification, section 3). The burst
//! is the limit of one second.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::clock::DefaultClock;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use siskin_model::InstanceId;

/// After how many checks those who have been quiet for long enough to be forgotten are
/// forgotten. Together with the number of instances it bounds the memory: a deleted
/// instance is quiet.
const SWEEP_EVERY: u32 = 4096;

/// Whether the vendor's rate limits apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateLimits {
    /// As the vendor has them: 429 above.
    Vendor,
    /// None.
    Off,
}

/// One caller: an instance, or the partner.
type Caller = Option<InstanceId>;
type PerCaller = RateLimiter<Caller, HashMapStateStore<Caller>, DefaultClock>;

pub(crate) struct Limits {
    methods: HashMap<&'static str, PerCaller>,
    checks: AtomicU32,
}

impl Limits {
    /// `rates`: how often each method may be called in a second, by its name.
    pub fn new(which: RateLimits, rates: impl Iterator<Item = (&'static str, u32)>) -> Self {
        let limiter = |(name, per_second)| {
            let per_second = NonZeroU32::new(per_second).unwrap_or(NonZeroU32::MIN);
            (name, RateLimiter::hashmap(Quota::per_second(per_second)))
        };
        let methods = match which {
            RateLimits::Vendor => rates.map(limiter).collect(),
            RateLimits::Off => HashMap::new(),
        };
        Self { methods, checks: AtomicU32::new(0) }
    }

    /// Whether the caller may call the method now.
    pub fn allow(&self, method: &str, caller: Caller) -> bool {
        let Some(limiter) = self.methods.get(method) else { return true };
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.methods.values().for_each(RateLimiter::retain_recent);
        }
        limiter.check_key(&caller).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: [(&str, u32); 2] = [("qr", 3), ("getStateInstance", 1)];

    #[test]
    fn the_call_above_the_limit_is_refused_and_other_instances_are_not_concerned() {
        let limits = Limits::new(RateLimits::Vendor, RATES.into_iter());
        let (qr, state) = ("qr", "getStateInstance");
        let (one, other) = (Some(InstanceId::new(1)), Some(InstanceId::new(2)));
        let allowed = (0..4).filter(|_| limits.allow(qr, one)).count();
        assert_eq!(allowed, 3);
        assert!(limits.allow(qr, other));
        assert!(limits.allow(state, one));
        assert!(!limits.allow(state, one));
    }

    #[test]
    fn switched_off_they_refuse_nothing() {
        let limits = Limits::new(RateLimits::Off, RATES.into_iter());
        assert!((0..100).all(|_| limits.allow("getStateInstance", None)));
    }
}
