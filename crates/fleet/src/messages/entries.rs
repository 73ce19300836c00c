//! From what was received or sent to what is recorded and told.

use siskin_model::message::{Content, Direction, LARGEST_FORM};
use siskin_model::text::within;
use siskin_model::{
    Body, ChatId, FileState, Message, MessageId, MessageStatus, Notification, Person, StoredFile,
    UnixMillis,
};
use siskin_store::{Amendment, Entry, Replacement, Result};

use super::new_file_token;
use crate::incoming::Received;
use crate::instance::Instance;

impl Instance {
    /// What is recorded of received messages, in order, and told of them where `told`.
    pub(super) async fn entries_of(&self, batch: Vec<Received>, told: bool) -> Result<Vec<Entry>> {
        let mut entries = Vec::with_capacity(batch.len());
        for received in batch {
            let file_size = received.file_size;
            let mut message = self.message_of(received).await?;
            let file = self.place_file(&mut message, file_size);
            self.find_quoted_file(&mut message, &entries).await?;
            entries.push(self.complete_entry(message, file, &entries, told).await?);
        }
        Ok(entries)
    }

    /// What is recorded of a message, with what it changes and what is told of it; `before`
    /// are the entries that are recorded right before it.
    pub(super) async fn complete_entry(
        &self,
        mut message: Message,
        file: Option<StoredFile>,
        before: &[Entry],
        told: bool,
    ) -> Result<Entry> {
        let amendment = self.amendment(&mut message, before).await?;
        let notification = match told {
            true => self.message_notification(&message).await?,
            false => None,
        };
        let replacement = Replacement::Unreadable;
        Ok(Entry { message, notification, file, amendment, replacement })
    }

    async fn message_of(&self, received: Received) -> Result<Message> {
        let chat = self.kept_address(&received.chat).await?;
        let own = received.from_me.then(|| self.account().map(|own| own.wid())).flatten();
        let sender = match own {
            Some(own) => own,
            None => self.kept_address(&received.sender).await?,
        };
        let push_name = within(&received.push_name, Person::LONGEST_NAME);
        if !received.from_me {
            self.learn_name(&sender, push_name).await?;
        }
        // The border behind which no message is larger than these bounds.
        let mut body = received.body.bounded(received.raw.len());
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
            kept.push((address.clone(), self.kept(address).await?));
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
            expires: self.around.clock.now().plus(StoredFile::LIFETIME),
        })
    }

    /// A quoted file is shown with the address that it has here.
    async fn find_quoted_file(&self, message: &mut Message, before: &[Entry]) -> Result<()> {
        let chat = message.chat.clone();
        let Some(quoted) = &mut message.body.quoted else { return Ok(()) };
        let Some(Content::File(file)) = quoted.content.as_deref_mut() else { return Ok(()) };
        let original = self.earlier(&chat, &quoted.id, before).await?;
        if let Some(original) = original.as_ref().and_then(|m| m.body.content.file()) {
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
            None => self.around.store.message(self.id(), chat, id).await,
        }
    }

    /// What a message changes in an earlier one: only its writer may edit it; taken back it
    /// may be by a group's administrator too, whom WhatsApp's server has checked.
    async fn amendment(
        &self,
        message: &mut Message,
        before: &[Entry],
    ) -> Result<Option<Amendment>> {
        let target = match &message.body.content {
            Content::Edited(edited) => edited.target.clone(),
            Content::Deleted(deleted) => deleted.target.clone(),
            _ => return Ok(None),
        };
        let earlier = self.earlier(&message.chat, &target, before).await?;
        let Some(earlier) = earlier else { return Ok(None) };
        let same_writer = earlier.sender == message.sender;
        match &mut message.body.content {
            Content::Edited(edited) if same_writer => {
                edited.is_caption = earlier.body.content.file().is_some();
                let body = edited_body(earlier.body, &edited.text);
                Ok(Some(Amendment { target, edited: Some(body) }))
            }
            Content::Deleted(_) if same_writer || message.chat.is_group() => {
                Ok(Some(Amendment { target, edited: None }))
            }
            _ => Ok(None),
        }
    }

    /// What tells of a message, if the settings ask for it.
    pub(super) async fn message_notification(
        &self,
        message: &Message,
    ) -> Result<Option<Notification>> {
        if !self.settings().tell_message(message.direction, &message.body.content) {
            return Ok(None);
        }
        let names = self.names(&[message]).await?;
        let sender = names.sender(message);
        let now: UnixMillis = self.around.clock.now();
        let notification = names
            .draw(self, |view| Notification::message(names.account(), message, &sender, view, now));
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
