//! What a message is made of beside its command.

use std::sync::Arc;

use siskin_model::message::{Command, FileContent, Outgoing, mentioned};
use siskin_model::{ChatId, Content, Message, MessageId, MessageStatus, Timer};
use siskin_store::{Clock, StoreError};

use super::error::LeaveError;
use super::previews::LinkPreviews;
use super::rows::own_row;
use crate::files::Files;
use crate::groups::Groups;
use crate::journal::Journal;
use crate::people::{Accounts, People};
use crate::port::{Mention, Parts, Prepared, SendError, Session};

/// Gathers what the messages of one instance are made of.
pub(crate) struct Composer {
    clock: Arc<dyn Clock>,
    people: Arc<People>,
    accounts: Arc<Accounts>,
    journal: Arc<Journal>,
    groups: Arc<Groups>,
    files: Arc<Files>,
    previews: LinkPreviews,
}

impl Composer {
    pub(crate) fn new(
        clock: &Arc<dyn Clock>,
        people: &Arc<People>,
        accounts: &Arc<Accounts>,
        journal: &Arc<Journal>,
        groups: &Arc<Groups>,
        files: &Arc<Files>,
        previews: LinkPreviews,
    ) -> Self {
        Self {
            clock: clock.clone(),
            people: people.clone(),
            accounts: accounts.clone(),
            journal: journal.clone(),
            groups: groups.clone(),
            files: files.clone(),
            previews,
        }
    }

    /// The address of a message's receiver. Before the first message to a stranger, WhatsApp is
    /// asked for the account: it would take a message to nobody and say nothing.
    pub(super) async fn receiver(
        &self,
        session: &dyn Session,
        chat: &ChatId,
    ) -> Result<ChatId, LeaveError> {
        let chat = self.people.kept(chat).await?;
        if self.accounts.has_account(&chat).await? {
            return Ok(chat);
        }
        let account = session.account(&chat).await?.ok_or(SendError::NoAccount)?;
        Ok(self.accounts.learn_account(&chat, &account).await?)
    }

    /// What a message is made of beside its command.
    pub(super) async fn parts(
        &self,
        session: &dyn Session,
        outgoing: &Outgoing,
    ) -> Result<Parts, LeaveError> {
        let timer = self.timer(session, &outgoing.chat).await?;
        let mut parts = Parts { timer, ..Parts::default() };
        if let Some(id) = &outgoing.quoted {
            parts.quoted = self.quoted(&outgoing.chat, id).await?;
        }
        match &outgoing.command {
            Command::Text { text, preview } => {
                parts.preview = self.previews.preview(text, preview).await;
            }
            Command::File(file) => parts.file = Some(self.files.path(&file.file)),
            Command::Forward { from, message } => {
                let from = self.people.kept(from).await?;
                let source = self.known(&from, message, "forwarded").await?;
                if let Err(why) = source.repeatable() {
                    let why = format!("{} is not forwarded", why.kind());
                    return Err(SendError::Impossible(why).into());
                }
                parts.source = Some(source);
            }
            Command::Edit { target, .. } => {
                let source = self.known(&outgoing.chat, target, "edited").await?;
                if source.is_deleted {
                    let why = "a deleted message is not edited".to_owned();
                    return Err(SendError::Impossible(why).into());
                }
                if source.at.plus(Message::EDITABLE) < self.clock.now() {
                    return Err(SendError::Impossible("it waited too long".to_owned()).into());
                }
                parts.source = Some(source);
            }
            Command::Delete { target, .. } => {
                parts.source = Some(self.known(&outgoing.chat, target, "deleted").await?);
            }
            _ => {}
        }
        if outgoing.chat.is_group() {
            parts.mentions = self.mentions(&outgoing.command).await?;
        }
        Ok(parts)
    }

    /// Whom a text to a group may mention: whether they are members is known elsewhere.
    async fn mentions(&self, command: &Command) -> Result<Vec<Mention>, LeaveError> {
        let mut mentions = Vec::new();
        for number in mentioned(command.mentioning_text().unwrap_or_default()) {
            let mut people = Vec::new();
            for server in ["c.us", "lid"] {
                if let Some(person) = ChatId::parse(&format!("{number}@{server}")) {
                    people.push(self.people.kept(&person).await?);
                }
            }
            mentions.push(Mention { number: number.to_owned(), people });
        }
        Ok(mentions)
    }

    /// A message that another one changes or copies: it was there when the other one was
    /// accepted.
    async fn known(
        &self,
        chat: &ChatId,
        id: &MessageId,
        what: &str,
    ) -> Result<Message, LeaveError> {
        let found = self.journal.known_message(chat, id).await?;
        let found = found.filter(|found| !found.is_waiting() && !found.never_left());
        let gone = || SendError::Impossible(format!("the message to be {what} is not there"));
        Ok(found.ok_or_else(gone)?)
    }

    /// A message that is answered. `None`: it was taken back, or never left, since the answer
    /// was accepted; the answer is worth reading without it.
    async fn quoted(&self, chat: &ChatId, id: &MessageId) -> Result<Option<Message>, StoreError> {
        let found = self.journal.known_message(chat, id).await?;
        Ok(found.filter(|found| {
            found.repeatable().is_ok() && !found.is_waiting() && !found.never_left()
        }))
    }

    /// After what time a message disappears. Of a group that nobody has told of, WhatsApp's
    /// server is asked: what we write must not stay when all else goes.
    async fn timer(
        &self,
        session: &dyn Session,
        chat: &ChatId,
    ) -> Result<Option<Timer>, LeaveError> {
        let known = self.groups.timer(chat).await?;
        if known.is_some() || !chat.is_group() {
            return Ok(known);
        }
        let group = session.group(chat).await?;
        self.groups.learn(&group).await?;
        Ok(self.groups.timer(chat).await?)
    }

    /// The journal's row of a message that leaves. A forwarded file is the one of its source.
    pub(super) fn row(
        &self,
        outgoing: &Outgoing,
        prepared: Prepared,
        source_file: Option<FileContent>,
    ) -> Message {
        let mut body = prepared.body;
        if let Content::File(content) = &mut body.content {
            match (&outgoing.command, source_file) {
                (Command::File(file), _) => {
                    content.file = Some(file.file.clone());
                    content.file_name.clone_from(&file.name);
                }
                (_, Some(original)) => {
                    content.file = original.file;
                    content.file_name = original.file_name;
                    content.too_large = original.too_large;
                }
                _ => {}
            }
        }
        let status = Some(MessageStatus::Pending);
        // Incoming ones have whole seconds: among those of one second, the order of recording
        // decides.
        let now = self.clock.now().whole_seconds();
        let row = own_row(self.people.account().as_ref(), outgoing, body, now);
        Message { raw: prepared.raw, status, ..row }
    }
}
