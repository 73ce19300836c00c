//! The list of chats: those with the newest messages.

use std::collections::HashSet;
use std::time::Duration;

use askama::Template;
use siskin_fleet::Fleet;
use siskin_model::{ChatId, InstanceId, Message, MessageId, UnixMillis};
use siskin_store::StoreError;

use super::names::Names;
use super::summary::summary;
use crate::moment;
use crate::region::{Item, List};
use crate::texts::Texts;

/// How many chats are listed.
const LISTED: usize = 50;
/// Messages older than this make no chat.
const WINDOW: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How many messages of each direction are looked through for chats at first.
const FIRST_LOOK: u32 = 1000;
/// How many are looked through when there are new ones.
const NEXT_LOOK: u32 = 100;
/// Messages may be recorded with a time a little before those that are there already.
const OVERLAP: Duration = Duration::from_secs(60);

/// The chats of an instance, newest first, with the last message of each.
#[derive(Default)]
pub(super) struct Chats {
    newest: Vec<Message>,
    looked: Option<UnixMillis>,
    /// What was looked through the last time. Of messages of the same second, the one that
    /// is not among these came last.
    seen: HashSet<MessageId>,
}

#[derive(Template)]
#[template(path = "chat.html")]
struct Entry {
    t: Texts,
    instance: InstanceId,
    chat: ChatId,
    name: String,
    initial: String,
    last: String,
    at: String,
    is_out: bool,
    is_open: bool,
}

impl Chats {
    /// Reads what is new.
    pub async fn refresh(&mut self, fleet: &Fleet, id: InstanceId) -> Result<(), StoreError> {
        let now = fleet.clock().now();
        let (since, count) = match self.looked {
            None => (now.minus(WINDOW), FIRST_LOOK),
            Some(looked) => (looked.minus(OVERLAP), NEXT_LOOK),
        };
        let mut messages = fleet.store().messages_since(id, false, since, count).await?;
        messages.extend(fleet.store().messages_since(id, true, since, count).await?);
        messages.reverse();
        messages.sort_by_key(|message| message.at);
        let seen = messages.iter().map(|message| message.id.clone()).collect();
        messages.into_iter().for_each(|message| self.take(message));
        (self.seen, self.looked) = (seen, Some(now));
        self.newest.sort_by_key(|message| std::cmp::Reverse(message.at));
        self.newest.truncate(LISTED);
        Ok(())
    }

    fn take(&mut self, message: Message) {
        let Some(known) = self.newest.iter_mut().find(|known| known.chat == message.chat) else {
            self.newest.push(message);
            return;
        };
        let is_new = !self.seen.contains(&message.id) && message.at >= known.at;
        if is_new || known.id == message.id {
            *known = message;
        }
    }

    /// The chat with the newest message.
    pub fn first(&self) -> Option<&ChatId> {
        self.newest.first().map(|message| &message.chat)
    }

    /// The list as it is shown.
    pub async fn list(&self, t: Texts, names: &mut Names<'_>, open: Option<&ChatId>) -> List {
        let mut items = Vec::with_capacity(self.newest.len());
        for message in &self.newest {
            let name = names.name(&message.chat).await;
            let is_out = message.direction.is_outgoing();
            let entry = Entry {
                t,
                instance: names.instance(),
                initial: initial(&name),
                name,
                last: match message.is_deleted {
                    true => t.say("chat.deleted").to_owned(),
                    false => summary(t, &message.body.content),
                },
                at: moment::short(message.at),
                is_out,
                is_open: open == Some(&message.chat),
                chat: message.chat.clone(),
            };
            items.push(Item::new(message.chat.as_str(), &entry));
        }
        List { name: "chats", items }
    }
}

/// What stands in the circle beside a name.
pub(super) fn initial(name: &str) -> String {
    let first = name.chars().find(|c| c.is_alphanumeric());
    first.map_or_else(|| "#".to_owned(), |c| c.to_uppercase().collect())
}

#[cfg(test)]
mod tests {
    use super::initial;

    #[test]
    fn every_name_has_an_initial() {
        for (name, wanted) in [("ann", "A"), ("+15550100001", "1"), ("🐦", "#"), ("ß", "SS")] {
            assert_eq!(initial(name), wanted);
        }
    }
}
