//! From what was received or sent to what is recorded and told.

use std::sync::Arc;

use siskin_green_api::{Notification, Settings};
use siskin_model::message::{Content, Direction};
use siskin_model::text::within;
use siskin_model::{
    Body, ChatId, FileState, InstanceId, Message, MessageId, MessageStatus, Person, StoredFile,
    UnixMillis,
};
use siskin_store::{Amendment, Clock, Entry, Replacement, Result};
use tokio::sync::watch;

use crate::bounds::{LARGEST_FORM, bounded};
use crate::ids::new_file_token;
use crate::journal::Journal;
use crate::people::{AddressBook, People};
use crate::port::Received;

/// A message would do to an earlier one what only somebody else may do.
struct Forbidden;

/// Makes the entries of one instance's journal.
pub(crate) struct Entries {
    id: InstanceId,
    clock: Arc<dyn Clock>,
    settings: watch::Receiver<Arc<Settings>>,
    people: Arc<People>,
    address_book: Arc<AddressBook>,
    journal: Arc<Journal>,
}

impl Entries {
    pub(crate) fn new(
        id: InstanceId,
        clock: &Arc<dyn Clock>,
        settings: &watch::Receiver<Arc<Settings>>,
        people: &Arc<People>,
        address_book: &Arc<AddressBook>,
        journal: &Arc<Journal>,
    ) -> Self {
        Self {
            id,
            clock: clock.clone(),
            settings: settings.clone(),
            people: people.clone(),
            address_book: address_book.clone(),
            journal: journal.clone(),
        }
    }

    /// What is recorded of received messages, in order, and told of them where `told`.
    pub(crate) async fn of_received(&self, batch: Vec<Received>, told: bool) -> Result<Vec<Entry>> {
        let mut entries = Vec::with_capacity(batch.len());
        for received in batch {
            let (file_size, by_admin) = (received.file_size, received.by_admin);
            let mut message = self.message_of(received).await?;
            let amendment = self.amendment(&mut message, by_admin, &entries).await?;
            let Ok(amendment) = amendment else {
                // Not told either: who hears of it would believe it.
                tracing::debug!(instance = %self.id, message = %message.id,
                    "somebody else's message is not theirs to change");
                continue;
            };
            let file = self.place_file(&mut message, file_size);
            self.correct_references(&mut message, &entries).await?;
            entries.push(self.complete_entry(message, amendment, file, told).await?);
        }
        Ok(entries)
    }

    /// What is recorded of a message that goes out.
    pub(crate) async fn of_own(&self, mut message: Message) -> Result<Entry> {
        // Whether the account is an administrator was seen to before.
        let amendment = self.amendment(&mut message, true, &[]).await?;
        self.complete_entry(message, amendment.unwrap_or(None), None, true).await
    }

    async fn complete_entry(
        &self,
        message: Message,
        amendment: Option<Amendment>,
        file: Option<StoredFile>,
        told: bool,
    ) -> Result<Entry> {
        let notification = match told {
            true => self.notification(&message).await?,
            false => None,
        };
        let replacement = Replacement::Unreadable;
        Ok(Entry { message, notification, file, amendment, replacement })
    }

    async fn message_of(&self, received: Received) -> Result<Message> {
        let chat = self.people.kept_address(&received.chat).await?;
        let own = received.from_me.then(|| self.people.account().map(|own| own.wid())).flatten();
        let sender = match own {
            Some(own) => own,
            None => self.people.kept_address(&received.sender).await?,
        };
        let push_name = within(&received.push_name, Person::LONGEST_NAME);
        if !received.from_me {
            self.people.learn_name(&sender, push_name).await?;
        }
        // The border behind which no message is larger than these bounds.
        let mut body = bounded(received.body, received.raw.len());
        let raw = Some(received.raw).filter(|raw| raw.len() <= LARGEST_FORM).unwrap_or_default();
        self.keep_addresses(&mut body).await?;
        let direction = if received.from_me { Direction::Phone } else { Direction::Incoming };
        let status = received.status.or(received.from_me.then_some(MessageStatus::Sent));
        Ok(Message {
            sender_name: if received.from_me { String::new() } else { push_name.to_owned() },
            raw,
            status: status.filter(|_| direction.is_outgoing()),
            ..Message::new(chat, received.id, sender, direction, received.at, body)
        })
    }

    /// Replaces the addresses in a body by those under which persons are kept.
    async fn keep_addresses(&self, body: &mut Body) -> Result<()> {
        let mut kept = Vec::new();
        for address in body.addresses() {
            kept.push((address.clone(), self.people.kept(address).await?));
        }
        body.map_addresses(&|given: &ChatId| {
            let found = kept.iter().find(|(address, _)| address == given);
            found.map_or_else(|| given.clone(), |(_, kept)| kept.clone())
        });
        Ok(())
    }

    /// Gives the file of a message its address, under which it will be once it is fetched.
    fn place_file(&self, message: &mut Message, size: Option<u64>) -> Option<StoredFile> {
        let Content::File(content) = &mut message.body.content else { return None };
        content.too_large = size.is_some_and(|size| size > StoredFile::LARGEST);
        let token = new_file_token();
        content.file = Some(token.clone());
        (!content.too_large).then(|| StoredFile {
            token,
            name: content.file_name.clone(),
            mime_type: content.mime_type.clone(),
            state: FileState::Pending,
            message: Some((message.chat.clone(), message.id.clone())),
            expires: self.clock.now().plus(StoredFile::LIFETIME),
        })
    }

    /// Who wrote what is answered or reacted to is known better here than by whoever says so;
    /// and a quoted file is shown with the address that it has here.
    async fn correct_references(&self, message: &mut Message, before: &[Entry]) -> Result<()> {
        let chat = message.chat.clone();
        if let Content::Reaction(reaction) = &mut message.body.content
            && let Some(target) = self.earlier(&chat, &reaction.target, before).await?
        {
            reaction.participant = target.sender;
        }
        let Some(quoted) = &mut message.body.quoted else { return Ok(()) };
        let Some(original) = self.earlier(&chat, &quoted.id, before).await? else { return Ok(()) };
        quoted.participant = original.sender.clone();
        let Some(Content::File(file)) = quoted.content.as_deref_mut() else { return Ok(()) };
        if let Some(original) = original.body.content.file() {
            file.file.clone_from(&original.file);
            file.file_name.clone_from(&original.file_name);
            file.too_large = original.too_large;
        }
        Ok(())
    }

    /// A message that was recorded, or is about to be.
    async fn earlier(
        &self,
        chat: &ChatId,
        id: &MessageId,
        before: &[Entry],
    ) -> Result<Option<Message>> {
        let is_it = |message: &&Message| message.chat == *chat && message.id == *id;
        match before.iter().map(|entry| &entry.message).find(is_it) {
            Some(message) => Ok(Some(message.clone())),
            None => self.journal.message(chat, id).await,
        }
    }

    /// What a message changes in an earlier one, as far as that is known.
    async fn amendment(
        &self,
        message: &mut Message,
        by_admin: bool,
        before: &[Entry],
    ) -> Result<std::result::Result<Option<Amendment>, Forbidden>> {
        let (target, new_text) = match &message.body.content {
            Content::Edited(edited) => (edited.target.clone(), Some(edited.text.clone())),
            Content::Deleted(deleted) => (deleted.target.clone(), None),
            _ => return Ok(Ok(None)),
        };
        let earlier = self.earlier(&message.chat, &target, before).await?;
        let Some(earlier) = earlier else { return Ok(Ok(None)) };
        let (writer, is_outgoing) = (earlier.sender, earlier.direction.is_outgoing());
        let is_caption = earlier.body.content.file().is_some();
        let edited = new_text.map(|text| edited_body(earlier.body, &text));
        let amendment = Amendment { target, edited, by_admin };
        if !amendment.may_change(message, &writer, is_outgoing) {
            return Ok(Err(Forbidden));
        }
        if let Content::Edited(edited) = &mut message.body.content {
            edited.is_caption = is_caption;
        }
        Ok(Ok(Some(amendment)))
    }

    /// What tells of a message, if the settings ask for it.
    pub(crate) async fn notification(&self, message: &Message) -> Result<Option<Notification>> {
        let is_told = self.settings.borrow().tell_message(message.direction, &message.body.content);
        if !is_told {
            return Ok(None);
        }
        let names = self.address_book.names_in(&[message]).await?;
        let sender = names.sender(message);
        let now: UnixMillis = self.clock.now();
        let notification =
            names.draw(|view| Notification::message(names.account(), message, &sender, view, now));
        Ok(Some(notification))
    }
}

/// The body of an earlier message with its new text.
fn edited_body(mut body: Body, text: &str) -> Body {
    match &mut body.content {
        Content::Text(old) => text.clone_into(&mut old.text),
        Content::ExtendedText(old) => text.clone_into(&mut old.text),
        Content::File(file) => text.clone_into(&mut file.caption),
        _ => {}
    }
    body
}
