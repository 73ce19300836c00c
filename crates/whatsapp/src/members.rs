//! Members of groups, by the addresses that a group knows them by.

use std::sync::Arc;

use siskin_fleet::port::{Mention, SendError};
use siskin_model::{ChatId, Message};
use wacore::client::context::GroupInfo;
use wacore::types::message::AddressingMode;
use wacore_binary::Jid;
use whatsapp_rust::Client;

use crate::addresses::Addresses;
use crate::failure;
use crate::jid::jid_of;
use crate::translate::Member;

/// The members of the groups of one account.
pub(crate) struct Members {
    client: Arc<Client>,
    addresses: Arc<Addresses>,
}

impl Members {
    pub(crate) fn new(client: Arc<Client>, addresses: Arc<Addresses>) -> Self {
        Self { client, addresses }
    }

    /// A person by the address that a chat knows.
    pub(crate) async fn member(&self, chat: &ChatId, person: &ChatId) -> Result<Jid, SendError> {
        if !chat.is_group() {
            return Ok(jid_of(person));
        }
        let group = self.group(chat).await?;
        Ok(self.address_in(&group, person).await)
    }

    /// Who wrote a message, by the address that its chat knows: a group knows its members
    /// either by number or by LID, and takes a message for somebody else's otherwise.
    pub(crate) async fn author(
        &self,
        chat: &ChatId,
        message: Option<&Message>,
    ) -> Result<Option<Jid>, SendError> {
        match message {
            Some(message) => Ok(Some(self.member(chat, &message.sender).await?)),
            None => Ok(None),
        }
    }

    /// The members of a group among those whom a text may mean.
    pub(crate) async fn mentioned(
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
        let other = self.addresses.counterpart(person).await;
        jid_of(other.as_ref().unwrap_or(person))
    }
}
