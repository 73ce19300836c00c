//! What WhatsApp was asked about persons and groups, remembered for a while.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use siskin_fleet::SendError;
use siskin_model::ChatId;
use tokio::time::Instant;
use wacore_binary::Jid;
use whatsapp_rust::features::GroupMetadata;

use super::failure;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

/// How many answers of each kind a session remembers.
const ANSWERS: usize = 500;
/// For how long.
const REMEMBERED: Duration = Duration::from_secs(30 * 60);

/// The answers of one session.
#[derive(Default)]
pub(crate) struct Lookups {
    accounts: Answers<bool>,
    subjects: Answers<String>,
}

struct Answers<T>(Mutex<HashMap<ChatId, (Instant, T)>>);

impl<T> Default for Answers<T> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<T: Clone> Answers<T> {
    fn answers(&self) -> MutexGuard<'_, HashMap<ChatId, (Instant, T)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, about: &ChatId) -> Option<T> {
        let answers = self.answers();
        let (at, answer) = answers.get(about)?;
        (at.elapsed() < REMEMBERED).then(|| answer.clone())
    }

    fn put(&self, about: &ChatId, answer: T) {
        let mut answers = self.answers();
        if answers.len() >= ANSWERS {
            answers.retain(|_, (at, _)| at.elapsed() < REMEMBERED);
        }
        if answers.len() >= ANSWERS {
            answers.clear();
        }
        answers.insert(about.clone(), (Instant::now(), answer));
    }
}

impl EngineSession {
    pub(crate) async fn ask_has_account(&self, person: &ChatId) -> Result<bool, SendError> {
        if let Some(known) = self.lookups.accounts.get(person) {
            return Ok(known);
        }
        let answers = self.client.contacts().is_on_whatsapp(&[jid_of(person)]).await;
        let answers = answers.map_err(|error| failure::of(&error, person))?;
        let has_account = answers.first().is_some_and(|answer| answer.is_registered);
        self.lookups.accounts.put(person, has_account);
        Ok(has_account)
    }

    pub(crate) async fn ask_group_name(&self, group: &ChatId) -> Result<String, SendError> {
        if let Some(known) = self.lookups.subjects.get(group) {
            return Ok(known);
        }
        let metadata = self.client.groups().get_metadata(&jid_of(group)).await;
        let subject = metadata.map_err(|error| failure::of(&error, group))?.subject;
        self.lookups.subjects.put(group, subject.clone());
        Ok(subject)
    }
}

impl EngineSession {
    /// The subjects of all groups that the account is in.
    pub(crate) async fn ask_group_names(&self) -> Result<Vec<(ChatId, String)>, SendError> {
        let own = self.client.pn().as_ref().and_then(chat_of);
        let own = own.ok_or(SendError::Offline)?;
        let groups = self.client.groups().get_participating().await;
        let groups = groups.map_err(|error| failure::of(&error, &own))?;
        let named = |(jid, group): (Jid, GroupMetadata)| Some((chat_of(&jid)?, group.subject));
        Ok(groups.into_iter().filter_map(named).collect())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_is_forgotten_after_a_while() {
        let answers = Answers::default();
        let person = ChatId::parse("15550100002@c.us").unwrap();
        answers.put(&person, true);
        assert_eq!(answers.get(&person), Some(true));
        tokio::time::advance(REMEMBERED).await;
        assert_eq!(answers.get(&person), None);
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_answers_are_remembered() {
        let answers = Answers::default();
        for number in 0..=ANSWERS {
            let person = ChatId::parse(&format!("1555{number:07}@c.us")).unwrap();
            answers.put(&person, true);
        }
        assert!(answers.answers().len() <= ANSWERS);
    }
}
