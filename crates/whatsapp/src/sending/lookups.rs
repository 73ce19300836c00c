//! What WhatsApp was asked about persons and groups, remembered for a while.

use std::time::Duration;

use siskin_fleet::{GroupFacts, SendError};
use siskin_model::{Address, ChatId};
use wacore_binary::Jid;
use whatsapp_rust::features::GroupMetadata;

use super::failure;
use crate::jid::{address_of, chat_of, jid_of};
use crate::remembered::Remembered;
use crate::session::EngineSession;

/// How many answers of each kind a session remembers.
const ANSWERS: usize = 500;
/// For how long.
const REMEMBERED: Duration = Duration::from_secs(30 * 60);

/// The answers of one session.
pub(crate) struct Lookups {
    accounts: Remembered<Address>,
    groups: Remembered<Result<GroupFacts, SendError>>,
}

impl Default for Lookups {
    fn default() -> Self {
        Self {
            accounts: Remembered::new(REMEMBERED, ANSWERS),
            groups: Remembered::new(REMEMBERED, ANSWERS),
        }
    }
}

impl Lookups {
    /// Has WhatsApp asked anew about a person's account.
    pub(super) fn forget(&self, person: &ChatId) {
        self.accounts.forget(person);
    }
}

impl EngineSession {
    pub(crate) async fn ask_account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        if let Some(known) = self.lookups.accounts.get(person) {
            return Ok(Some(known));
        }
        let account = match person.is_lid() {
            true => self.account_of_lid(person).await?,
            false => self.account_of_number(person).await?,
        };
        // Who has none may get one any time, and how a number is spelled is kept elsewhere.
        if let Some(account) = account.as_ref().filter(|account| account.names(person)) {
            self.lookups.accounts.put(person, account.clone());
        }
        Ok(account)
    }

    async fn account_of_lid(&self, lid: &ChatId) -> Result<Option<Address>, SendError> {
        if !self.lid_has_account(lid).await? {
            return Ok(None);
        }
        let other = self.intake.counterpart(lid).await;
        Ok(Some(Address { id: lid.clone(), other }))
    }

    /// WhatsApp's answer names the account, by LID or by the number as it spells it.
    async fn account_of_number(&self, number: &ChatId) -> Result<Option<Address>, SendError> {
        let answers = self.client.contacts().is_on_whatsapp(&[jid_of(number)]).await;
        let answers = answers.map_err(|error| failure::of(&error, number))?;
        let answer = answers.first().filter(|answer| answer.is_registered);
        Ok(answer.and_then(|answer| {
            let other = if answer.jid.is_lid() { &answer.pn_jid } else { &answer.lid };
            address_of(&answer.jid, other.as_ref())
        }))
    }

    pub(crate) async fn ask_group(&self, group: &ChatId) -> Result<GroupFacts, SendError> {
        if let Some(known) = self.lookups.groups.get(group) {
            return known;
        }
        let metadata = self.client.groups().get_metadata(&jid_of(group)).await;
        let metadata = metadata.map_err(|error| failure::of(&error, group));
        let known = metadata.map(|metadata| facts(group.clone(), metadata));
        // A refusal is remembered too, or every message of the group would ask again.
        if !matches!(known, Err(SendError::Offline | SendError::Busy(_))) {
            self.lookups.groups.put(group, known.clone());
        }
        known
    }

    pub(crate) async fn ask_groups(&self) -> Result<Vec<GroupFacts>, SendError> {
        let own = self.client.pn().as_ref().and_then(chat_of);
        let own = own.ok_or(SendError::Offline)?;
        let groups = self.client.groups().get_participating().await;
        let groups = groups.map_err(|error| failure::of(&error, &own))?;
        let known = |(jid, group): (Jid, GroupMetadata)| Some(facts(chat_of(&jid)?, group));
        Ok(groups.into_iter().filter_map(known).collect())
    }
}

fn facts(id: ChatId, group: GroupMetadata) -> GroupFacts {
    let expiration = group.ephemeral.and_then(|timer| timer.expiration).unwrap_or_default();
    GroupFacts { id, subject: group.subject, expiration }
}
