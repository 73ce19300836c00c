//! The messages of the chat that is open, as bubbles.

use std::collections::HashMap;
use std::time::Duration;

use askama::Template;
use siskin_fleet::Fleet;
use siskin_model::message::Quoted;
use siskin_model::{ChatId, Message, MessageId, MessageStatus, UnixMillis};
use siskin_store::StoreError;

use super::annotations::Annotations;
use super::names::Names;
use super::parts::Parts;
use super::summary::summary;
use crate::moment;
use crate::region::{Item, List};
use crate::texts::Texts;

/// How many bubbles are shown.
const SHOWN: usize = 50;
/// How many messages are read: some are shown in the bubbles of others.
const READ: u32 = 100;

/// By how much a message that has just come may be older than the last one.
const LATE: Duration = Duration::from_secs(5);
const STEP: Duration = Duration::from_millis(1);

/// The chat that is open.
pub(super) struct Conversation {
    pub chat: ChatId,
    /// Where each message stands. The time of an incoming one has whole seconds: by it alone,
    /// an answer would stand above what it answers.
    places: HashMap<MessageId, UnixMillis>,
}

#[derive(Template)]
#[template(path = "bubble.html")]
pub(super) struct Bubble {
    t: Texts,
    is_out: bool,
    /// Who wrote it, in a group.
    author: Option<String>,
    quote: Option<Quote>,
    parts: Parts,
    is_forwarded: bool,
    is_edited: bool,
    /// Whether it was written on the phone or another device of the account.
    by_phone: bool,
    at: String,
    tick: Option<Tick>,
    reactions: Vec<(String, usize)>,
    /// What is said of it when it comes while the page is open.
    spoken: Option<String>,
}

struct Quote {
    author: String,
    text: String,
}

/// How far an outgoing message got.
struct Tick {
    class: &'static str,
    /// The key of its name.
    name: &'static str,
    /// Why it failed.
    why: String,
}

impl Conversation {
    pub fn new(chat: ChatId) -> Self {
        Self { chat, places: HashMap::new() }
    }

    /// The bubbles, oldest first.
    pub async fn list(
        &mut self,
        fleet: &Fleet,
        t: Texts,
        names: &mut Names<'_>,
    ) -> Result<List, StoreError> {
        let id = names.instance();
        let mut messages = fleet.store().chat_messages(id, &self.chat, READ).await?;
        messages.reverse();
        self.keep_places(&mut messages);
        let annotations = Annotations::new(&messages);
        let bubbles: Vec<&Message> =
            messages.iter().filter(|m| annotations.has_bubble(m)).collect();
        let mut items = Vec::with_capacity(SHOWN);
        for message in bubbles.iter().skip(bubbles.len().saturating_sub(SHOWN)) {
            let bubble = bubble(t, names, &annotations, message).await;
            items.push(Item::new(message.id.as_str(), &bubble));
        }
        Ok(List { name: "messages", items })
    }

    /// Puts messages, given oldest first, in the order in which they came.
    fn keep_places(&mut self, messages: &mut [Message]) {
        let mut newest = self.places.values().max().copied();
        let mut places = HashMap::with_capacity(messages.len());
        for message in messages.iter() {
            let place = match (self.places.get(&message.id), newest) {
                (Some(place), _) => *place,
                (None, Some(last)) if is_about(message.at, last) => last.plus(STEP),
                (None, _) => message.at,
            };
            newest = newest.map(|last| last.max(place));
            places.insert(message.id.clone(), place);
        }
        messages.sort_by_key(|message| places.get(&message.id).copied());
        self.places = places;
    }
}

/// Whether a message that has just come may belong behind the last one, whatever its time.
fn is_about(at: UnixMillis, last: UnixMillis) -> bool {
    at <= last && at.until(last) < LATE
}

async fn bubble(
    t: Texts,
    names: &mut Names<'_>,
    annotations: &Annotations<'_>,
    m: &Message,
) -> Bubble {
    let is_out = m.direction.is_outgoing();
    let mut parts = match m.is_deleted {
        true => Parts::deleted(),
        false => Parts::of(names.instance(), &m.body.content),
    };
    parts.count_votes(annotations.voted(&m.id));
    let author = match is_out {
        true => None,
        false => Some(names.name(&m.sender).await),
    };
    let spoken = author.as_ref().map(|name| format!("{name}: {}", summary(t, &m.body.content)));
    Bubble {
        t,
        is_out,
        author: author.filter(|_| m.chat.is_group()),
        quote: match &m.body.quoted {
            Some(quoted) => Some(quote(t, names, quoted).await),
            None => None,
        },
        parts,
        is_forwarded: m.body.forwarding.is_forwarded,
        is_edited: m.is_edited && !m.is_deleted,
        by_phone: m.direction == siskin_model::message::Direction::Phone,
        at: moment::short(m.at),
        tick: m.status.filter(|_| is_out).map(|status| tick(status, &m.description)),
        reactions: annotations.reactions(&m.id),
        spoken,
    }
}

async fn quote(t: Texts, names: &mut Names<'_>, quoted: &Quoted) -> Quote {
    let author = names.name(&quoted.participant).await;
    let text = quoted.content.as_ref().map(|content| summary(t, content)).unwrap_or_default();
    Quote { author, text }
}

fn tick(status: MessageStatus, why: &str) -> Tick {
    let (class, name) = match status {
        MessageStatus::Pending => ("pending", "tick.pending"),
        MessageStatus::Sent => ("sent", "tick.sent"),
        MessageStatus::Delivered => ("delivered", "tick.delivered"),
        MessageStatus::Read => ("read", "tick.read"),
        MessageStatus::Failed => ("failed", "tick.failed"),
        MessageStatus::NoAccount => ("failed", "tick.noAccount"),
        MessageStatus::NotInGroup => ("failed", "tick.notInGroup"),
        MessageStatus::YellowCard => ("failed", "tick.yellowCard"),
    };
    let why = if class == "failed" { crate::words::line(why) } else { String::new() };
    Tick { class, name, why }
}
