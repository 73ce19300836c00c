//! What WhatsApp was asked about persons and groups, remembered for a while.

use std::time::Duration;

use siskin_fleet::SendError;
use siskin_model::ChatId;
use wacore_binary::Jid;
use whatsapp_rust::features::GroupMetadata;

use super::failure;
use crate::jid::{chat_of, jid_of};
use crate::remembered::Remembered;
use crate::session::EngineSession;

/// How many answers of each kind a session remembers.
const ANSWERS: usize = 500;
/// For how long.
const REMEMBERED: Duration = Duration::from_secs(30 * 60);

/// The answers of one session.
pub(crate) struct Lookups {
    accounts: Remembered<bool>,
    subjects: Remembered<String>,
}

impl Default for Lookups {
    fn default() -> Self {
        Self {
            accounts: Remembered::new(REMEMBERED, ANSWERS),
            subjects: Remembered::new(REMEMBERED, ANSWERS),
        }
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
