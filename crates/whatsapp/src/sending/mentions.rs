use std::sync::Arc;

use siskin_fleet::{Mention, SendError};
use siskin_model::ChatId;
use wacore::client::context::GroupInfo;
use wacore::types::message::AddressingMode;
use wacore_binary::Jid;

use super::failure;
use crate::jid::jid_of;
use crate::session::EngineSession;
use crate::translate::Member;

impl EngineSession {
    /// The members of a group among those whom a text may mean, by the address that the group
    /// knows.
    pub(super) async fn mentioned(
        &self,
        chat: &ChatId,
        mentions: &[Mention],
    ) -> Result<Vec<Member>, SendError> {
        if mentions.is_empty() || !chat.is_group() {
            return Ok(Vec::new());
        }
        let group = self.group(chat).await?;
        let mut members = Vec::new();
        for mention in mentions {
            for person in &mention.people {
                let jid = self.address_in(&group, person).await;
                // A LID and a number may have the same digits.
                let is_it = |member: &Jid| member.user == jid.user && member.server == jid.server;
                if group.participants.iter().any(is_it) {
                    members.push(Member { number: mention.number.clone(), jid });
                    break;
                }
            }
        }
        Ok(members)
    }

    /// A person by the address that a chat knows.
    pub(crate) async fn member(&self, chat: &ChatId, person: &ChatId) -> Result<Jid, SendError> {
        if !chat.is_group() {
            return Ok(jid_of(person));
        }
        let group = self.group(chat).await?;
        Ok(self.address_in(&group, person).await)
    }

    async fn group(&self, chat: &ChatId) -> Result<Arc<GroupInfo>, SendError> {
        let group = self.client.groups().query_info(&jid_of(chat)).await;
        group.map_err(|error| failure::of(&error, chat))
    }

    /// A person as a group knows its members: by number or by LID.
    async fn address_in(&self, group: &GroupInfo, person: &ChatId) -> Jid {
        let wants_lid = group.addressing_mode == AddressingMode::Lid;
        if person.is_lid() == wants_lid {
            return jid_of(person);
        }
        if let Some(lid) = group.lid_user_for_phone_user(person.user()).filter(|_| wants_lid) {
            return Jid::lid(lid.as_str());
        }
        let other = self.intake.counterpart(person).await;
        jid_of(other.as_ref().unwrap_or(person))
    }
}
