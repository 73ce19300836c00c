//! Messages that leave, and what is done about those that are there.

mod encrypted;
mod readers;
mod rights;
mod sender_key;
mod upload;

use std::collections::BTreeMap;

use async_trait::async_trait;
use futures::FutureExt as _;
use siskin_fleet::port::{Messages, Parts, Prepared, SendError};
use siskin_model::message::Outgoing;
use siskin_model::{ChatId, Message, MessageId};
use whatsapp_rust::{NodeFilter, SendOptions};

use self::upload::Uploads;
use crate::failure;
use crate::jid::jid_of;
use crate::session::EngineSession;
use crate::translate::{self, Draft, Envelope};

#[async_trait]
impl Messages for EngineSession {
    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError> {
        self.fenced(async {
            let (chat, parts) = (&outgoing.chat, &parts);
            let own = self.addresses.own().ok_or(SendError::Offline)?;
            rights::require_right_to_delete(outgoing, parts, &own, &self.client).await?;
            readers::require(chat, &own, self).await?;
            let members = self.members.mentioned(chat, &parts.mentions).await?;
            let uploads = Uploads::new(&self.client, self.keys.instance);
            let draft = Draft {
                outgoing,
                parts,
                uploaded: uploads.upload_for(outgoing, parts).await?,
                quoted_author: self.members.author(chat, parts.quoted.as_ref()).await?,
                source_author: self.members.author(chat, parts.source.as_ref()).await?,
                secret: rand::random(),
            };
            let mut message = translate::build(&draft)?;
            // Read back as others will read it: there is one truth about what a message says.
            let sender = &own.phone;
            let envelope =
                Envelope { own: Some(sender), chat, sender, id: &outgoing.id, by_api: true };
            let body = translate::read(&message, &envelope);
            let mut body =
                body.ok_or_else(|| SendError::Impossible("it says nothing".to_owned()))?;
            own.by_number(&mut body);
            // Those who mention members read their own words; others, the names.
            translate::mention(&mut message, &members);
            Ok(Prepared { raw: waproto::codec::message_to_vec(&message), body })
        })
        .await
    }

    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError> {
        self.fenced(async {
            let message = waproto::codec::message_decode(raw)
                .map_err(|error| SendError::Impossible(error.to_string()))?;
            if !self.client.is_logged_in() {
                return Err(SendError::Offline);
            }
            let own = self.addresses.own().ok_or(SendError::Offline)?;
            let had_key = chat.is_group() && sender_key::is_shared(chat, &own, &self.keys).await;
            let filter = NodeFilter::tag("message").attr("id", id.as_str());
            let sent_node = self.client.wait_for_sent_node(filter);
            let options = SendOptions::default().with_message_id(id.as_str());
            let sent = self.client.send_message_with_options(jid_of(chat), message, options).await;
            sent.map_err(|error| failure::of(&error, chat))?;
            // Looked at after it is gone, since only then it is known who was given a key.
            let named = match sent_node.now_or_never() {
                Some(Ok(node)) => readers::names_others(&node, &own),
                _ => return Ok(()),
            };
            let is_readable = match chat.is_group() {
                _ if own.is(chat) || named == Some(true) => true,
                // Whoever has the group's key from before is not named.
                true => had_key || !readers::has_other_members(chat, &own, &self.client).await,
                false => named.is_none(),
            };
            if is_readable {
                return Ok(());
            }
            if chat.is_group() {
                sender_key::forget_shared(chat, &self.keys).await;
            }
            Err(readers::why_none(chat, self).await)
        })
        .await
    }

    async fn delete_for_me(&self, message: &Message) -> Result<(), SendError> {
        self.fenced(async {
            let chat = &message.chat;
            let from_me = message.direction.is_outgoing();
            let writer = match chat.is_group() && !from_me {
                true => Some(self.members.member(chat, &message.sender).await?),
                false => None,
            };
            let at = Some(message.at.seconds());
            let (jid, id) = (jid_of(chat), message.id.as_str());
            let actions = self.client.chat_actions();
            let deleted =
                actions.delete_message_for_me(&jid, writer.as_ref(), id, from_me, false, at).await;
            deleted.map_err(|error| failure::of(&error, chat))
        })
        .await
    }

    /// One receipt for each writer: in a group it goes to whoever wrote.
    async fn mark_read(&self, chat: &ChatId, messages: &[Message]) -> Result<(), SendError> {
        self.fenced(async {
            let mut by_writer: BTreeMap<&ChatId, Vec<&str>> = BTreeMap::new();
            for message in messages.iter().filter(|message| !message.direction.is_outgoing()) {
                by_writer.entry(&message.sender).or_default().push(message.id.as_str());
            }
            for (writer, ids) in by_writer {
                let member = match chat.is_group() {
                    true => Some(self.members.member(chat, writer).await?),
                    false => None,
                };
                let sent = self.client.mark_as_read(&jid_of(chat), member.as_ref(), &ids).await;
                sent.map_err(|error| failure::of_any(&error, chat))?;
            }
            Ok(())
        })
        .await
    }
}
