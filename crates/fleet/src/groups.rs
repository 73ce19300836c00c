//! What WhatsApp's server knows of groups: asked for once, told of changes from then on.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siskin_model::{ChatId, InstanceId, Message, Person, Timer, UnixMillis};
use siskin_store::Result;

use crate::backlog::{Added, Backlog};
use crate::online::Online;
use crate::people::People;
use crate::port::{GroupMetadata, Session};
use crate::timers::Timers;

/// How many groups may wait to be asked for their subject; of others, the next message asks.
const UNKNOWN: usize = 64;

/// The groups of one instance.
pub(crate) struct Groups {
    id: InstanceId,
    people: Arc<People>,
    timers: Arc<Timers>,
    online: Arc<Online>,
    /// How often WhatsApp has told of a change of a group's timer.
    timers_told: AtomicU64,
    /// The groups whose subject is to be asked for. That is done beside the receiving: from
    /// within the session's own call, it could wait for itself.
    unknown: Backlog<ChatId>,
}

impl Groups {
    pub(crate) fn new(
        id: InstanceId,
        people: &Arc<People>,
        timers: &Arc<Timers>,
        online: &Arc<Online>,
    ) -> Self {
        let (timers_told, unknown) = (AtomicU64::new(0), Backlog::new(UNKNOWN));
        Self {
            id,
            people: people.clone(),
            timers: timers.clone(),
            online: online.clone(),
            timers_told,
            unknown,
        }
    }

    /// Asks for all groups that the account is in. An answer that does not come is no failure.
    pub(crate) async fn ask_all(&self, session: &dyn Session) -> Result<()> {
        let told = self.timers_told.load(Ordering::SeqCst);
        let Ok(groups) = session.groups().await else { return Ok(()) };
        self.people.learn_all(groups.iter().map(person).collect()).await?;
        for group in groups {
            // What was told while we asked may be newer than the answer.
            if self.timers_told.load(Ordering::SeqCst) != told {
                break;
            }
            self.learn_timer(&group).await?;
        }
        Ok(())
    }

    /// Learns what a group is.
    pub(crate) async fn learn(&self, group: &GroupMetadata) -> Result<()> {
        self.people.learn_name(&group.id, &group.subject).await?;
        self.learn_timer(group).await
    }

    /// After what time the messages of a group, or of another chat, disappear. `None`: nobody
    /// has told of it.
    pub(crate) async fn timer(&self, chat: &ChatId) -> Result<Option<Timer>> {
        self.timers.of(chat).await
    }

    /// The server says how it is, not since when: a change that it tells of goes before it.
    async fn learn_timer(&self, group: &GroupMetadata) -> Result<()> {
        let known = self.timers.of(&group.id).await?;
        let since = known.map_or(UnixMillis(0), |known| known.since);
        self.timers.learn(&group.id, Timer { seconds: group.expiration, since }).await
    }

    /// WhatsApp tells of a change of a chat's timer.
    pub(crate) async fn timer_told(&self, chat: &ChatId, timer: Timer) -> Result<()> {
        if chat.is_group() {
            self.timers_told.fetch_add(1, Ordering::SeqCst);
        }
        self.timers.learn(chat, timer).await
    }

    /// Asks for the subjects of groups that have none yet, each once: the next message has it.
    pub(crate) async fn ask_unknown(self: &Arc<Self>, messages: &[Message]) {
        for chat in messages.iter().map(|message| &message.chat) {
            if !chat.is_group() || self.online.session().is_none() {
                continue;
            }
            // Messages that are committed are not given back because a name cannot be read.
            let is_unknown = matches!(self.people.person(chat).await, Ok(None));
            if is_unknown && self.unknown.add_once(chat.clone()) == Added::First {
                tokio::spawn(self.clone().ask_in_turn());
            }
        }
    }

    async fn ask_in_turn(self: Arc<Self>) {
        let mut next = self.unknown.first();
        while let Some(chat) = next {
            if let Some(session) = self.online.session()
                && let Ok(group) = session.group(&chat).await
                && let Err(error) = self.learn(&group).await
            {
                tracing::error!(instance = %self.id, %error, "a group was not kept");
            }
            next = self.unknown.done();
        }
    }
}

fn person(group: &GroupMetadata) -> Person {
    let (id, name) = (group.id.clone(), group.subject.clone());
    Person { id, lid: None, name, contact_name: String::new() }
}
