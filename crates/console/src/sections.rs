use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use siskin_fleet::Instance;
use siskin_model::{ChatId, Link};
use siskin_store::StoreError;
use tokio::sync::watch;

use crate::chat::{ChatSection, Unsent};
use crate::event::event;
use crate::instance_regions::{badge, facts, history};
use crate::region::{List, Region};
use crate::shared::Shared;
use crate::signed_in::SignedIn;
use crate::tail::Tail;
use crate::texts::Texts;

/// A page is told of new messages at most this often: many may come at once.
const PAUSE: Duration = Duration::from_millis(150);

/// The sections of an instance's page beside the panel that links a phone.
pub(crate) struct Sections {
    console: Shared,
    t: Texts,
    chats: ChatSection,
    tail: Arc<Tail>,
    journal: watch::Receiver<u64>,
    told: watch::Receiver<u64>,
    /// What the page has of each list: the ids and keys of its items.
    sent: HashMap<&'static str, Vec<(String, String)>>,
}

impl Sections {
    /// `chat`: the one to open.
    pub async fn new(
        console: &Shared,
        who: &SignedIn,
        instance: &Instance,
        chat: Option<ChatId>,
    ) -> Self {
        let tail = console.tails.of(&console.fleet, instance).await;
        Self {
            console: console.clone(),
            t: who.visitor.t,
            chats: ChatSection::of(who, chat),
            journal: instance.journal_changes(),
            told: tail.changes(),
            tail,
            sent: HashMap::new(),
        }
    }

    /// The chat that is open.
    pub fn chat(&self) -> Option<&ChatId> {
        self.chats.chat()
    }

    /// The newest notifications.
    pub fn notifications(&self) -> List {
        self.tail.list(self.t)
    }

    /// The section with the chats.
    pub async fn chats(&mut self, instance: &Instance, link: &Link, unsent: &Unsent) -> Region {
        let read = self.chats.refresh(&self.console.fleet, instance).await;
        let section = match read {
            Ok(()) => self.chats.section(&self.console.fleet, instance, link, unsent).await,
            Err(error) => Err(error),
        };
        section.unwrap_or_else(|error| {
            unreadable(instance, &error);
            Region { name: "chats".to_owned(), key: String::new(), html: String::new() }
        })
    }

    /// Returns when there is something new.
    pub async fn changed(&mut self) {
        tokio::select! {
            Ok(()) = self.journal.changed() => {}
            Ok(()) = self.told.changed() => {}
            // The instance is gone, which its link tells.
            else => std::future::pending().await,
        }
        tokio::time::sleep(PAUSE).await;
    }

    /// The regions of the page. `has_chats`: the key of the section with the chats that the
    /// page has already.
    pub async fn regions(
        &mut self,
        instance: &Instance,
        link: &Link,
        has_chats: Option<&String>,
    ) -> Vec<Region> {
        let (t, fleet) = (self.t, self.console.fleet.clone());
        let mut regions =
            vec![badge(t, link), facts(t, instance, link), history(t, instance).await];
        if let Err(error) = self.chats.refresh(&fleet, instance).await {
            unreadable(instance, &error);
        } else if has_chats != Some(&self.chats.key(link)) {
            regions.push(self.chats(instance, link, &Unsent::default()).await);
        }
        regions.extend(self.chats.head(&fleet, instance, link).await);
        regions
    }

    /// What is new in the lists of the page.
    pub async fn lists(&mut self, instance: &Instance, link: &Link) -> Vec<Event> {
        self.journal.mark_unchanged();
        self.told.mark_unchanged();
        let mut lists = vec![self.notifications()];
        if link.account.is_some() {
            match self.chats.lists(&self.console.fleet.clone(), instance, link).await {
                Ok(chats) => lists.extend(chats),
                Err(error) => unreadable(instance, &error),
            }
        }
        let mut events = Vec::new();
        for list in lists {
            let (keys, known) = (list.keys(), self.sent.entry(list.name).or_default());
            if keys != *known || known.is_empty() {
                events.extend(event("list", &list.update(known)));
                *known = keys;
            }
        }
        events
    }
}

fn unreadable(instance: &Instance, error: &StoreError) {
    tracing::error!(instance = %instance.id(), %error, "the messages cannot be read");
}
