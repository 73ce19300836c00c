//! How many files a day brings by itself: strangers choose what they send, and nobody's disk and
//! line are without end.

use std::collections::HashMap;

use parking_lot::Mutex;
use siskin_model::{ChatId, UnixMillis};

use crate::error::BudgetOf;

/// How many senders of a day are counted apart; those who come later share one budget.
const MOST_SENDERS: usize = 10_000;

/// What received files may take of disk and line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileLimits {
    /// How many bytes stay free on the disk: with less, nothing is fetched or taken.
    pub floor: u64,
    /// What one instance fetches in a day.
    pub instance: Budget,
    /// What it fetches in a day of one sender.
    pub sender: Budget,
}

impl FileLimits {
    /// No limits.
    pub const NONE: Self = Self { floor: 0, instance: Budget::NONE, sender: Budget::NONE };
}

/// What may be fetched in a day. What is under way when it is used up still comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Bytes of files.
    pub bytes: u64,
    /// Files, whether they came or not.
    pub files: u64,
}

impl Budget {
    /// Without end.
    pub const NONE: Self = Self { bytes: u64::MAX, files: u64::MAX };
}

/// A budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UsedUp {
    pub(crate) of: BudgetOf,
    /// Whether it was not before.
    pub(crate) first: bool,
}

/// What one instance has fetched today. Forgotten when the program ends.
#[derive(Default)]
pub(crate) struct Spending(Mutex<Day>);

#[derive(Default)]
struct Day {
    number: i64,
    instance: Spent,
    senders: HashMap<ChatId, Spent>,
    /// Of all senders that are not counted apart.
    others: Spent,
}

#[derive(Default)]
struct Spent {
    bytes: u64,
    files: u64,
    /// Whether somebody was told that there is no more.
    told: bool,
}

impl Spending {
    /// Begins to fetch a file of a sender, which counts as one.
    pub(crate) fn begin(
        &self,
        sender: &ChatId,
        limits: &FileLimits,
        now: UnixMillis,
    ) -> Result<(), UsedUp> {
        self.with(now, |day| {
            day.check(sender, limits)?;
            day.instance.files += 1;
            day.of(sender).files += 1;
            Ok(())
        })
    }

    /// Whether [`Self::begin`] would begin.
    pub(crate) fn check(
        &self,
        sender: &ChatId,
        limits: &FileLimits,
        now: UnixMillis,
    ) -> Result<(), UsedUp> {
        self.with(now, |day| day.check(sender, limits))
    }

    /// A file of a sender has come.
    pub(crate) fn came(&self, sender: &ChatId, bytes: u64, now: UnixMillis) {
        self.with(now, |day| {
            day.instance.bytes = day.instance.bytes.saturating_add(bytes);
            let spent = day.of(sender);
            spent.bytes = spent.bytes.saturating_add(bytes);
        });
    }

    fn with<T>(&self, now: UnixMillis, look: impl FnOnce(&mut Day) -> T) -> T {
        let mut day = self.0.lock();
        let number = now.day();
        if day.number != number {
            *day = Day { number, ..Day::default() };
        }
        look(&mut day)
    }
}

impl Day {
    fn of(&mut self, sender: &ChatId) -> &mut Spent {
        if !self.senders.contains_key(sender) && self.senders.len() >= MOST_SENDERS {
            return &mut self.others;
        }
        self.senders.entry(sender.clone()).or_default()
    }

    fn check(&mut self, sender: &ChatId, limits: &FileLimits) -> Result<(), UsedUp> {
        self.instance.check(&limits.instance, BudgetOf::Instance)?;
        self.of(sender).check(&limits.sender, BudgetOf::Sender)
    }
}

impl Spent {
    fn check(&mut self, budget: &Budget, of: BudgetOf) -> Result<(), UsedUp> {
        if self.bytes < budget.bytes && self.files < budget.files {
            return Ok(());
        }
        Err(UsedUp { of, first: !std::mem::replace(&mut self.told, true) })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIMITS: FileLimits = FileLimits {
        floor: 0,
        instance: Budget { bytes: 100, files: 4 },
        sender: Budget { bytes: 50, files: 2 },
    };
    const NOW: UnixMillis = UnixMillis(1_780_000_000_000);

    fn sender(number: usize) -> ChatId {
        ChatId::parse(&format!("1555{number:07}@c.us")).unwrap()
    }

    #[test]
    fn a_sender_who_has_used_up_a_day_waits_and_others_do_not() {
        let spending = Spending::default();
        let begin = |number, now| spending.begin(&sender(number), &LIMITS, now);
        assert_eq!((begin(1, NOW), begin(1, NOW)), (Ok(()), Ok(())));
        let used_up = |first| Err(UsedUp { of: BudgetOf::Sender, first });
        assert_eq!((begin(1, NOW), begin(1, NOW)), (used_up(true), used_up(false)));
        assert_eq!(begin(2, NOW), Ok(()));
        spending.came(&sender(2), 50, NOW);
        assert_eq!(begin(2, NOW), used_up(true));
        let tomorrow = NOW.plus(NOW.until_next_day());
        assert_eq!((begin(1, tomorrow), begin(2, tomorrow)), (Ok(()), Ok(())));
    }

    #[test]
    fn all_senders_together_have_the_instances_budget() {
        let spending = Spending::default();
        for number in 1..=4 {
            assert_eq!(spending.begin(&sender(number), &LIMITS, NOW), Ok(()));
        }
        let used_up = UsedUp { of: BudgetOf::Instance, first: true };
        assert_eq!(spending.begin(&sender(5), &LIMITS, NOW), Err(used_up));
    }

    #[test]
    fn however_many_senders_there_are_they_take_bounded_room() {
        let spending = Spending::default();
        let limits = FileLimits { instance: Budget::NONE, ..LIMITS };
        for number in 0..MOST_SENDERS + 2 {
            assert_eq!(spending.begin(&sender(number), &limits, NOW), Ok(()));
        }
        assert!(spending.begin(&sender(MOST_SENDERS + 2), &limits, NOW).is_err());
        assert_eq!(spending.0.lock().senders.len(), MOST_SENDERS);
    }
}
