//! Answers that hold for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use siskin_model::ChatId;
use tokio::time::Instant;

/// What was answered about persons and groups lately.
pub(crate) struct Remembered<T> {
    answers: Mutex<HashMap<ChatId, (Instant, T)>>,
    lifetime: Duration,
    most: usize,
}

impl<T: Clone> Remembered<T> {
    /// Answers hold for `lifetime`. Of more than `most`, the old ones are forgotten, or all.
    pub(crate) fn new(lifetime: Duration, most: usize) -> Self {
        Self { answers: Mutex::default(), lifetime, most }
    }

    fn answers(&self) -> MutexGuard<'_, HashMap<ChatId, (Instant, T)>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, about: &ChatId) -> Option<T> {
        let answers = self.answers();
        let (at, answer) = answers.get(about)?;
        (at.elapsed() < self.lifetime).then(|| answer.clone())
    }

    pub(crate) fn forget(&self, about: &ChatId) {
        self.answers().remove(about);
    }

    pub(crate) fn put(&self, about: &ChatId, answer: T) {
        let mut answers = self.answers();
        if answers.len() >= self.most {
            answers.retain(|_, (at, _)| at.elapsed() < self.lifetime);
        }
        if answers.len() >= self.most {
            *answers = HashMap::new();
        }
        answers.insert(about.clone(), (Instant::now(), answer));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const LIFETIME: Duration = Duration::from_secs(60);
    const MOST: usize = 16;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_forgotten_after_a_while() {
        let answers = Remembered::new(LIFETIME, MOST);
        let person = ChatId::parse("15550100002@c.us").unwrap();
        answers.put(&person, true);
        assert_eq!(answers.get(&person), Some(true));
        tokio::time::advance(LIFETIME).await;
        assert_eq!(answers.get(&person), None);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_answers_are_remembered() {
        let answers = Remembered::new(LIFETIME, MOST);
        for number in 0..=MOST {
            let person = ChatId::parse(&format!("1555{number:07}@c.us")).unwrap();
            answers.put(&person, true);
        }
        assert!(answers.answers().len() <= MOST);
    }
}
