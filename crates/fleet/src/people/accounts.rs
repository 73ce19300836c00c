//! Numbers as callers write them. Of some countries' numbers two spellings are in use (Brazil's
//! ninth digit, Mexico's 1, Argentina's 9), and an account goes by one of them. Which one,
//! only WhatsApp knows: it is asked once, and the answer is kept.

use std::sync::Arc;
use std::time::Duration;

use hashlink::LruCache;
use parking_lot::Mutex;
use siskin_model::{Address, ChatId, ChatKind, InstanceId, Person};
use siskin_store::Result;
use tokio::time::Instant;

use super::People;
use crate::online::Online;

/// How long a call that only reads or marks may wait for WhatsApp's answer about a number.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many unknown numbers WhatsApp is asked about in an hour for such calls. Whoever asks it
/// about very many is taken for a collector of numbers.
const ASKED: u32 = 60;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// How many accounts are doubted at once; of more, the first is believed in again.
const DOUBTED: usize = 1000;

/// What an instance asks WhatsApp about the accounts of the people it has to do with.
pub(crate) struct Accounts {
    id: InstanceId,
    people: Arc<People>,
    online: Arc<Online>,
    /// How much was asked in the hour that began last.
    asked: Mutex<Option<(Instant, u32)>>,
    /// Who was known to have an account, and had none when something was sent there.
    doubted: Mutex<LruCache<ChatId, ()>>,
}

impl Accounts {
    pub(crate) fn new(id: InstanceId, people: &Arc<People>, online: &Arc<Online>) -> Self {
        Self {
            id,
            people: people.clone(),
            online: online.clone(),
            asked: Mutex::default(),
            doubted: Mutex::new(LruCache::new(DOUBTED)),
        }
    }

    fn may_ask(&self) -> bool {
        let mut asked = self.asked.lock();
        let (since, count) = asked
            .filter(|(since, _)| since.elapsed() < HOUR)
            .unwrap_or_else(|| (Instant::now(), 0));
        *asked = Some((since, count + 1));
        count < ASKED
    }

    /// The address under which a chat is kept that a caller names. A number that nothing is
    /// known of may be another spelling of one that there is a chat with.
    pub(crate) async fn named(&self, chat: &ChatId) -> Result<ChatId> {
        let kept = self.people.kept(chat).await?;
        if kept.kind() != ChatKind::Person || self.people.person(&kept).await?.is_some() {
            return Ok(kept);
        }
        let Some(session) = self.online.session().filter(|_| !self.people.is_own(&kept)) else {
            return Ok(kept);
        };
        if !self.may_ask() {
            return Ok(kept);
        }
        match tokio::time::timeout(PATIENCE, session.account(&kept)).await {
            Ok(Ok(Some(account))) => self.learn_account(&kept, &account).await,
            Ok(Ok(None)) => Ok(kept),
            Ok(Err(error)) => {
                tracing::debug!(instance = %self.id, %error, "a number was not looked up");
                Ok(kept)
            }
            Err(_) => Ok(kept),
        }
    }

    /// Whether it is certain that there is an account, or a group: WhatsApp has told a
    /// person's LID, or who has only that has written.
    pub(crate) async fn has_account(&self, kept: &ChatId) -> Result<bool> {
        if self.doubted.lock().contains_key(kept) {
            return Ok(false);
        }
        Ok(match kept.kind() {
            ChatKind::Group | ChatKind::Status => true,
            _ if self.people.is_own(kept) => true,
            ChatKind::Lid => self.people.person(kept).await?.is_some(),
            ChatKind::Person => {
                self.people.person(kept).await?.is_some_and(|known| known.lid.is_some())
            }
        })
    }

    /// An account is not there any more: its number may be spelled otherwise by now, and
    /// WhatsApp is asked again before the next message.
    pub(crate) async fn doubt(&self, kept: &ChatId) -> Result<()> {
        self.doubted.lock().insert(kept.clone(), ());
        self.people.forget_spellings(kept).await
    }

    /// Learns whose account a number or LID leads to; the address under which it is kept.
    pub(crate) async fn learn_account(&self, asked: &ChatId, account: &Address) -> Result<ChatId> {
        let (id, lid) = match account.pair() {
            Some((lid, phone)) => (phone.clone(), Some(lid.clone())),
            None => (account.id.clone(), None),
        };
        self.doubted.lock().remove(asked);
        if asked.is_lid() || *asked == id {
            return self.people.kept_address(&Address { id, other: lid }).await;
        }
        tracing::info!(instance = %self.id, "a number leads to an account with another one");
        let person = Person { id, lid, name: String::new(), contact_name: String::new() };
        self.people.learn_spelling(asked, person).await
    }
}
