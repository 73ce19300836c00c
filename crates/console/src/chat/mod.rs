//! The chats of an instance, on its page while an account is linked: who writes, what was
//! said, and a box to answer in. In a sandbox, the virtual phone at the other end stands
//! beside it.

mod annotations;
mod chats;
mod conversation;
mod names;
mod parts;
mod summary;

use std::sync::Arc;

use askama::Template;
use siskin_fleet::{Fleet, Instance};
use siskin_model::{ChatId, InstanceId, Link, PhoneNumber};
use siskin_store::StoreError;

use self::chats::{Chats, initial};
use self::conversation::Conversation;
use self::names::Names;
use crate::region::{List, Region};
use crate::signed_in::SignedIn;
use crate::texts::Texts;
use crate::typed_number::digits_of;

/// What a virtual phone's bubble says of a message of a kind that it does not draw: the kind
/// in the phone API, and the key of the text.
pub(crate) const NOTES: [(&str, &str); 13] = [
    ("deleted", "chat.deleted"),
    ("image", "chat.image"),
    ("sticker", "chat.sticker"),
    ("video", "chat.video"),
    ("videoNote", "chat.video"),
    ("audio", "chat.audio"),
    ("voice", "chat.audio"),
    ("document", "chat.document"),
    ("contact", "chat.contact"),
    ("contacts", "chat.contacts"),
    ("groupInvite", "chat.invite"),
    ("several", "chat.poll_several"),
    ("other", "chat.unsupported"),
];

/// The section of one open page.
pub(crate) struct ChatSection {
    t: Texts,
    csrf: Option<String>,
    phones: Option<Arc<str>>,
    chats: Chats,
    open: Option<Conversation>,
}

/// What could not be sent.
#[derive(Default, Clone)]
pub(crate) struct Unsent {
    /// The key of the reason; `None`: nothing was refused.
    pub wrong: Option<&'static str>,
    /// What to leave in the box.
    pub text: String,
}

#[derive(Template)]
#[template(path = "chat_section.html")]
struct Section<'a> {
    t: Texts,
    id: InstanceId,
    phones: Option<&'a str>,
    own: &'a str,
    /// The chat that is open; empty: none.
    chat: &'a str,
    head: Option<Region>,
    chats: List,
    messages: List,
    composer: Region,
}

#[derive(Template)]
#[template(path = "chathead.html")]
struct Head<'a> {
    t: Texts,
    id: InstanceId,
    csrf: &'a Option<String>,
    chat: &'a ChatId,
    name: String,
    initial: String,
}

#[derive(Template)]
#[template(path = "composer.html")]
struct Composer<'a> {
    t: Texts,
    id: InstanceId,
    csrf: &'a Option<String>,
    chat: Option<&'a ChatId>,
    unsent: &'a Unsent,
}

#[derive(Template)]
#[template(source = "", ext = "html")]
struct Nothing;

impl ChatSection {
    /// As a person of the console sees it. `chat`: the one to open.
    pub fn of(who: &SignedIn, chat: Option<ChatId>) -> Self {
        Self::new(who.visitor.t, Some(who.csrf()), who.visitor.phones.clone(), chat)
    }

    /// `chat`: the one to open; else it is the one with the newest message.
    pub fn new(
        t: Texts,
        csrf: Option<String>,
        phones: Option<Arc<str>>,
        chat: Option<ChatId>,
    ) -> Self {
        Self { t, csrf, phones, chats: Chats::default(), open: chat.map(Conversation::new) }
    }

    /// The chat that is open.
    pub fn chat(&self) -> Option<&ChatId> {
        self.open.as_ref().map(|open| &open.chat)
    }

    /// Reads what is new in the list of chats.
    pub async fn refresh(&mut self, fleet: &Fleet, instance: &Instance) -> Result<(), StoreError> {
        self.chats.refresh(fleet, instance.id()).await?;
        if self.open.is_none() {
            self.open = self.chats.first().cloned().map(Conversation::new);
        }
        Ok(())
    }

    /// The key of the section: it is rendered anew when another chat is open, or another
    /// account is linked.
    pub fn key(&self, link: &Link) -> String {
        let own = link.account.as_ref().map(|account| account.phone.digits());
        let open = self.chat().map_or("", ChatId::as_str);
        own.map_or_else(|| "none".to_owned(), |own| format!("{own} {open}"))
    }

    /// The whole section; empty while no account is linked.
    pub async fn section(
        &mut self,
        fleet: &Fleet,
        instance: &Instance,
        link: &Link,
        unsent: &Unsent,
    ) -> Result<Region, StoreError> {
        let key = self.key(link);
        let Some(account) = &link.account else { return Ok(Region::new("chats", key, &Nothing)) };
        let [chats, messages] = self.lists(fleet, instance, link).await?;
        let head = self.head(fleet, instance, link).await;
        let content = Section {
            t: self.t,
            id: instance.id(),
            phones: self.phones.as_deref(),
            own: account.phone.digits(),
            chat: self.chat().map_or("", ChatId::as_str),
            head,
            chats,
            messages,
            composer: self.composer(instance, unsent),
        };
        Ok(Region::new("chats", key, &content))
    }

    /// Whose chat is open.
    pub async fn head(&self, fleet: &Fleet, instance: &Instance, link: &Link) -> Option<Region> {
        let chat = self.chat().filter(|_| link.account.is_some())?;
        let name = Names::new(fleet, instance.id(), self.t, link).name(chat).await;
        let (t, id, csrf, initial) = (self.t, instance.id(), &self.csrf, initial(&name));
        Some(Region::of("chathead", &Head { t, id, csrf, chat, name, initial }))
    }

    /// The box to write in.
    pub fn composer(&self, instance: &Instance, unsent: &Unsent) -> Region {
        let (t, id, csrf) = (self.t, instance.id(), &self.csrf);
        // The same mistake made twice is told twice.
        let key = unsent.wrong.map_or_else(String::new, |_| rand::random::<u64>().to_string());
        Region::new("composer", key, &Composer { t, id, csrf, chat: self.chat(), unsent })
    }

    /// What changes while the section stays: the chats, and the messages of the open one.
    pub async fn lists(
        &mut self,
        fleet: &Fleet,
        instance: &Instance,
        link: &Link,
    ) -> Result<[List; 2], StoreError> {
        let mut names = Names::new(fleet, instance.id(), self.t, link);
        let open = self.open.as_ref().map(|open| open.chat.clone());
        let chats = self.chats.list(self.t, &mut names, open.as_ref()).await;
        Ok([chats, self.messages(fleet, &mut names).await?])
    }

    async fn messages(&mut self, fleet: &Fleet, names: &mut Names<'_>) -> Result<List, StoreError> {
        match &mut self.open {
            Some(open) => open.list(fleet, self.t, names).await,
            None => Ok(List { name: "messages", items: Vec::new() }),
        }
    }
}

/// The chat that somebody means who types a number, with whatever people put between its
/// digits, or a chat id.
pub(crate) fn chat_of(typed: &str) -> Option<ChatId> {
    let typed = typed.trim();
    if typed.contains('@') {
        return ChatId::parse(typed);
    }
    let phone: PhoneNumber = digits_of(typed).parse().ok()?;
    Some(ChatId::person(&phone))
}

#[cfg(test)]
mod tests {
    use super::chat_of;

    #[test]
    fn a_chat_is_found_by_what_people_type() {
        for (typed, chat) in [
            ("+1 (555) 010-0002", Some("15550100002@c.us")),
            (" 15550100002@c.us ", Some("15550100002@c.us")),
            ("120363000000000001@g.us", Some("120363000000000001@g.us")),
            ("Ben", None),
            ("", None),
            ("a@b.example", None),
        ] {
            let found = chat_of(typed);
            assert_eq!(found.as_ref().map(|chat| chat.as_str()), chat, "{typed}");
        }
    }
}
