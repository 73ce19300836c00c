//! Answers that hold for a while.

use std::time::Duration;

use hashlink::LruCache;
use parking_lot::Mutex;
use siskin_model::ChatId;
use tokio::time::Instant;

/// What was answered about persons and groups lately.
pub(crate) struct Remembered<T> {
    answers: Mutex<LruCache<ChatId, (Instant, T)>>,
    lifetime: Duration,
}

impl<T: Clone> Remembered<T> {
    /// Answers hold for `lifetime`. Of more than `most`, those are forgotten that were not asked
    /// for of late.
    pub(crate) fn new(lifetime: Duration, most: usize) -> Self {
        Self { answers: Mutex::new(LruCache::new(most)), lifetime }
    }

    pub(crate) fn get(&self, about: &ChatId) -> Option<T> {
        let mut answers = self.answers.lock();
        let (at, answer) = answers.get(about)?;
        (at.elapsed() < self.lifetime).then(|| answer.clone())
    }

    pub(crate) fn forget(&self, about: &ChatId) {
        self.answers.lock().remove(about);
    }

    pub(crate) fn put(&self, about: &ChatId, answer: T) {
        self.answers.lock().insert(about.clone(), (Instant::now(), answer));
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
        assert!(answers.answers.lock().len() <= MOST);
    }
}
