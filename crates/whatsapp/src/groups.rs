use async_trait::async_trait;
use siskin_fleet::port::{GroupFacts, Groups, SendError};
use siskin_model::ChatId;
use wacore_binary::Jid;
use whatsapp_rust::features::GroupMetadata;

use crate::failure;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

#[async_trait]
impl Groups for EngineSession {
    async fn group(&self, group: &ChatId) -> Result<GroupFacts, SendError> {
        self.fenced(async {
            if let Some(known) = self.groups.get(group) {
                return known;
            }
            let metadata = self.client.groups().get_metadata(&jid_of(group)).await;
            let metadata = metadata.map_err(|error| failure::of(&error, group));
            let known = metadata.map(|metadata| facts(group.clone(), metadata));
            // A refusal is remembered too, or every message of the group would ask again.
            if !matches!(known, Err(SendError::Offline | SendError::Busy(_))) {
                self.groups.put(group, known.clone());
            }
            known
        })
        .await
    }

    async fn groups(&self) -> Result<Vec<GroupFacts>, SendError> {
        self.fenced(async {
            let own = self.client.pn().as_ref().and_then(chat_of);
            let own = own.ok_or(SendError::Offline)?;
            let groups = self.client.groups().get_participating().await;
            let groups = groups.map_err(|error| failure::of(&error, &own))?;
            let known = |(jid, group): (Jid, GroupMetadata)| Some(facts(chat_of(&jid)?, group));
            Ok(groups.into_iter().filter_map(known).collect())
        })
        .await
    }
}

fn facts(id: ChatId, group: GroupMetadata) -> GroupFacts {
    let expiration = group.ephemeral.and_then(|timer| timer.expiration).unwrap_or_default();
    GroupFacts { id, subject: group.subject, expiration }
}
