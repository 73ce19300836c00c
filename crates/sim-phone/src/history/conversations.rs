//! What a phone tells of its chats: the people, their names, and the messages with what
//! became of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use buffa::{Message as _, MessageField};
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::groups::{Group, Role};
use waproto::whatsapp as wa;
use waproto::whatsapp::conversation::EndOfHistoryTransferType;
use waproto::whatsapp::group_participant::Rank;
use waproto::whatsapp::web_message_info;

use crate::address_book;
use crate::chats::{MessageFilter, Row, Status};
use crate::client::Client;

const STATUS_CHAT: &str = "status@broadcast";

/// Everything that one phone has to tell.
pub(super) struct Conversations<'a> {
    client: &'a Client,
    /// How phones show them.
    chats: Vec<String>,
    /// Names in the address book, by how phones show people.
    contacts: BTreeMap<String, String>,
    /// Names that people have given themselves, by number.
    names: BTreeMap<String, String>,
}

impl<'a> Conversations<'a> {
    pub(super) async fn of(client: &'a Client) -> Self {
        let chats = client.phone.chats.overview().into_iter().map(|chat| chat.chat_id);
        let chats = chats.filter(|chat| chat != STATUS_CHAT).collect();
        let contacts = address_book::contacts(client).await.into_iter().filter_map(|contact| {
            let shown = client.server.directory.account_of(&contact.jid)?.chat_id();
            Some((shown, contact.name))
        });
        let contacts = contacts.collect();
        let mut conversations = Self { client, contacts, chats, names: BTreeMap::new() };
        let people = conversations.people();
        for person in people {
            let name = person.lock().await.name.clone();
            conversations.names.insert(person.phone.clone(), name);
        }
        conversations
    }

    /// Every chat, by how phones show it.
    pub(super) fn chats(&self) -> &[String] {
        &self.chats
    }

    /// Every chat with its newest messages.
    pub(super) fn first(&self, count: usize) -> Vec<wa::Conversation> {
        let conversation =
            |chat: &String| self.conversation(chat, self.rows(chat).iter().take(count));
        self.chats.iter().map(conversation).collect()
    }

    /// The messages of a chat before one, the newest first.
    pub(super) fn before(&self, chat: &str, id: &str, count: usize) -> Option<wa::Conversation> {
        let rows = self.rows(chat);
        let known = rows.iter().position(|row| row.id == id)?;
        let older = &rows[known + 1..];
        let mut told = self.conversation(chat, older.iter().take(count));
        told.end_of_history_transfer_type = Some(match older.len() > count {
            true => {
                EndOfHistoryTransferType::COMPLETE_ON_DEMAND_SYNC_BUT_MORE_MSG_REMAIN_ON_PRIMARY
            }
            false => EndOfHistoryTransferType::COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY,
        });
        Some(told)
    }

    /// The messages of a chat, the newest first. What only changes another message is told
    /// with that one.
    pub(super) fn rows(&self, chat: &str) -> Vec<Row> {
        let filter = MessageFilter { chat: Some(chat.to_owned()), ..MessageFilter::default() };
        let mut rows = self.client.phone.chats.matching(&filter);
        rows.retain(|row| row.target.is_none());
        rows.reverse();
        rows
    }

    /// A chat with some of its messages.
    pub(super) fn conversation<'r>(
        &self,
        chat: &str,
        rows: impl Iterator<Item = &'r Row>,
    ) -> wa::Conversation {
        let id = self.jid(chat);
        let is_unread = |row: &&Row| !row.from_me && row.status == Status::Received;
        let unread = self.rows(chat).iter().filter(is_unread).count();
        let messages = rows.filter_map(|row| {
            Some(wa::HistorySyncMsg {
                message: self.message(&id, row)?.into(),
                msg_order_id: Some(row.seq),
            })
        });
        let messages: Vec<_> = messages.collect();
        let last = messages.first().and_then(|message| message.message.message_timestamp);
        let mut told = wa::Conversation {
            id,
            last_msg_timestamp: last,
            conversation_timestamp: last,
            unread_count: u32::try_from(unread).ok(),
            end_of_history_transfer: Some(true),
            end_of_history_transfer_type: Some(
                EndOfHistoryTransferType::COMPLETE_AND_NO_MORE_MESSAGE_REMAIN_ON_PRIMARY,
            ),
            messages,
            ..Default::default()
        };
        match self.client.server.directory.account_by_chat_id(chat) {
            Some(person) => self.add_person(&mut told, chat, &person),
            None => {
                let group =
                    chat.strip_suffix("@g.us").and_then(|id| self.client.server.groups.get(id));
                if let Some(group) = group {
                    self.add_group(&mut told, &group);
                }
            }
        }
        told
    }

    /// Who is who: the two names of everybody who does not hide the number.
    pub(super) fn mappings(&self) -> Vec<wa::PhoneNumberToLIDMapping> {
        let people = self.people();
        let open = people.iter().filter(|person| !person.hides_number);
        let mapping = |person: &Arc<AccountCell>| wa::PhoneNumberToLIDMapping {
            pn_jid: Some(person.jid(false, 0).to_string()),
            lid_jid: Some(person.jid(true, 0).to_string()),
        };
        open.map(mapping).collect()
    }

    /// The names that people have given themselves.
    pub(super) fn push_names(&self) -> Vec<wa::Pushname> {
        let people = self.people();
        let name = |person: &Arc<AccountCell>| wa::Pushname {
            id: Some(person.jid(false, 0).to_string()),
            pushname: self.names.get(&person.phone).cloned(),
        };
        people.iter().map(name).collect()
    }

    /// Everybody whom the phone has to do with, its owner among them.
    fn people(&self) -> Vec<Arc<AccountCell>> {
        let mut phones = BTreeSet::from([self.client.account.phone.clone()]);
        for chat in &self.chats {
            let person = self.client.server.directory.account_by_chat_id(chat);
            phones.extend(person.map(|person| person.phone.clone()));
        }
        for group in self.client.server.groups.of(&self.client.account.phone) {
            phones.extend(group.members.into_keys());
        }
        phones.iter().filter_map(|phone| self.client.server.directory.account(phone)).collect()
    }

    /// How history names a chat: people by LID, as accounts do since they were migrated.
    fn jid(&self, chat: &str) -> String {
        match self.client.server.directory.account_by_chat_id(chat) {
            Some(person) => person.jid(true, 0).to_string(),
            None => chat.to_owned(),
        }
    }

    fn add_person(&self, told: &mut wa::Conversation, chat: &str, person: &AccountCell) {
        let saved = self.contacts.get(chat).cloned();
        told.display_name = saved.clone().or_else(|| self.names.get(&person.phone).cloned());
        told.name = saved;
        told.pn_jid = person.other_jid(true).map(|number| number.to_string());
        told.lid_jid = Some(person.jid(true, 0).to_string());
        if let Some((expiration, since)) = self.timer(chat) {
            told.ephemeral_expiration = Some(expiration);
            told.ephemeral_setting_timestamp = Some(since);
        }
    }

    /// The seconds after which messages of a chat of two disappear, as somebody set it last, and
    /// when.
    fn timer(&self, chat: &str) -> Option<(u32, i64)> {
        self.rows(chat).iter().find_map(|row| {
            let message = wa::Message::decode_from_slice(&row.message).ok()?;
            let setting = message.protocol_message.as_option()?;
            let expiration = setting.ephemeral_expiration?;
            Some((expiration, setting.ephemeral_setting_timestamp.unwrap_or_default()))
        })
    }

    fn add_group(&self, told: &mut wa::Conversation, group: &Group) {
        let jid = |phone: &String| {
            Some(self.client.server.directory.account(phone)?.jid(group.by_lid, 0).to_string())
        };
        told.name = Some(group.subject.clone());
        told.created_at = Some(group.creation);
        told.created_by = jid(&group.creator);
        told.description = group.description.as_ref().map(|about| about.text.clone());
        told.ephemeral_expiration = (group.ephemeral > 0).then_some(group.ephemeral);
        told.participant = group
            .members
            .iter()
            .filter_map(|(phone, role)| {
                let rank = match role {
                    Role::Member => Rank::REGULAR,
                    Role::Admin => Rank::ADMIN,
                    Role::Superadmin => Rank::SUPERADMIN,
                };
                let user_jid = jid(phone)?;
                Some(wa::GroupParticipant { user_jid, rank: Some(rank), ..Default::default() })
            })
            .collect();
    }

    /// A message as it stands now: edited, taken back, with reactions.
    fn message(&self, chat: &str, row: &Row) -> Option<wa::WebMessageInfo> {
        let content = row.edited.as_ref().map_or(&row.message, |edited| &edited.0);
        let content = wa::Message::decode_from_slice(content).ok()?;
        let author = self.client.server.directory.account_by_chat_id(&row.from);
        let author = author.map(|author| author.jid(row.by_lid, 0).to_string());
        let participant = author.filter(|_| chat.ends_with("@g.us") && !row.from_me);
        let key = |from_me, participant| wa::MessageKey {
            remote_jid: Some(chat.to_owned()),
            from_me: Some(from_me),
            id: Some(row.id.clone()),
            participant,
        };
        let reactions = row.reactions.iter().map(|(from, text)| {
            let own = *from == self.client.account.chat_id();
            wa::Reaction {
                key: key(own, (!own).then(|| self.jid(from))).into(),
                text: Some(text.clone()),
                ..Default::default()
            }
        });
        let reactions = reactions.collect();
        let taken_back = web_message_info::StubType::REVOKE;
        Some(wa::WebMessageInfo {
            key: key(row.from_me, participant.clone()).into(),
            message: if row.deleted { MessageField::default() } else { content.into() },
            message_timestamp: Some(row.timestamp),
            status: row.from_me.then(|| status(row.status)),
            participant,
            push_name: (!row.from_me).then(|| row.name.clone()),
            message_stub_type: row.deleted.then_some(taken_back),
            reactions,
            ..Default::default()
        })
    }
}

fn status(status: Status) -> web_message_info::Status {
    match status {
        Status::Sent | Status::Received => web_message_info::Status::SERVER_ACK,
        Status::Delivered => web_message_info::Status::DELIVERY_ACK,
        Status::Read => web_message_info::Status::READ,
        Status::Played => web_message_info::Status::PLAYED,
    }
}
