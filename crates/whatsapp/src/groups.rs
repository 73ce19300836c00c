use async_trait::async_trait;
use siskin_fleet::port::{GroupMetadata, Groups, SendError};
use siskin_model::ChatId;
use wacore_binary::Jid;
use whatsapp_rust::features;

use crate::failure;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

#[async_trait]
impl Groups for EngineSession {
    async fn group(&self, group: &ChatId) -> Result<GroupMetadata, SendError> {
        self.fenced(async {
            if let Some(known) = self.groups.get(group) {
                return known;
            }
            let answer = self.client.groups().get_metadata(&jid_of(group)).await;
            let answer = answer.map_err(|error| failure::of(&error, group));
            let known = answer.map(|answer| metadata(group.clone(), answer));
            // A refusal is remembered too, or every message of the group would ask again.
            if !matches!(known, Err(SendError::Offline | SendError::Busy(_))) {
                self.groups.put(group, known.clone());
            }
            known
        })
        .await
    }

    async fn groups(&self) -> Result<Vec<GroupMetadata>, SendError> {
        self.fenced(async {
            let own = self.client.pn().as_ref().and_then(chat_of);
            let own = own.ok_or(SendError::Offline)?;
            let groups = self.client.groups().get_participating().await;
            let groups = groups.map_err(|error| failure::of(&error, &own))?;
            let known = |(jid, group): (Jid, features::GroupMetadata)| {
                Some(metadata(chat_of(&jid)?, group))
            };
            Ok(groups.into_iter().filter_map(known).collect())
        })
        .await
    }
}

fn metadata(id: ChatId, group: features::GroupMetadata) -> GroupMetadata {
    let expiration = group.ephemeral.and_then(|timer| timer.expiration).unwrap_or_default();
    GroupMetadata { id, subject: group.subject, expiration }
}
