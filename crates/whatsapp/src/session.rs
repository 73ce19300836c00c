use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use siskin_fleet::port::{
    Contacts, ContentKey, End, EngineError, FetchError, Files, GroupFacts, Groups, IssuedCode,
    Life, Messages, Parts, Prepared, Presence, Reports, SendError, SessionEvent,
};
use siskin_model::message::{Outgoing, TypingKind};
use siskin_model::{Address, ChatId, Message, MessageId, PhoneNumber};
use tokio::sync::{Mutex, Semaphore};
use whatsapp_rust::Client;
use whatsapp_rust::bot::BotHandle;
use whatsapp_rust::pair_code::{PairCodeOptions, PairError};

use crate::client;
use crate::endpoint::Endpoint;
use crate::events::Reporter;
use crate::files::content_key;
use crate::inbound::Intake;
use crate::keystore::Keys;
use crate::media::Media;
use crate::sending::Lookups;
use crate::transport::LastHeard;
use crate::version::Versions;

/// How long a pairing code can be typed in (engine, `pair_code.rs`; WhatsApp's own bound).
const CODE_LIFETIME: Duration = Duration::from_secs(180);
/// The operating system that a pairing code is asked for from: WhatsApp refuses names that
/// are none (engine, `pair_code.rs`), so ours is shown only in the list of linked devices.
const SYSTEM: &str = "Linux";
/// How long asking for a pairing code may wait for the socket.
const SOCKET: Duration = Duration::from_secs(20);
/// How long WhatsApp may take to confirm that it forgot this device.
const LOGOUT: Duration = Duration::from_secs(8);
/// How long the engine may take to write what it has and close.
const CLOSE: Duration = Duration::from_secs(12);

/// What all sessions of the process share.
pub(crate) struct Shared {
    pub(crate) endpoint: Endpoint,
    pub(crate) versions: Arc<Versions>,
    pub(crate) media: Media,
    pub(crate) unpacking: Arc<Semaphore>,
}

/// A running client of the engine with its keys.
pub(crate) struct EngineSession {
    pub(crate) client: Arc<Client>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) intake: Arc<Intake>,
    pub(crate) lookups: Lookups,
    handle: Mutex<Option<BotHandle>>,
    heard: Arc<LastHeard>,
}

impl EngineSession {
    pub(crate) async fn open(
        keys: Keys,
        linked: bool,
        shared: &Shared,
        reports: Reports,
    ) -> Result<Self, EngineError> {
        let keys = Arc::new(keys);
        let heard = Arc::new(LastHeard::default());
        let Reports { events, inbox } = reports;
        let intake = Arc::new(Intake::new(keys.clone(), inbox, shared.unpacking.clone()));
        let reporter = Arc::new(Reporter::new(keys.clone(), events, intake.clone(), linked));
        let told = Arc::downgrade(&reporter);
        keys.fence.when_closed(move || {
            if let Some(reporter) = told.upgrade() {
                reporter.report(SessionEvent::Ended(End::StoreFailed));
            }
        });
        let running = client::run(&keys, shared, reporter, intake.clone(), heard.clone()).await;
        let handle = running.map_err(|error| keys.not_opened(error))?;
        Ok(Self {
            client: handle.client(),
            keys,
            intake,
            lookups: Lookups::default(),
            handle: Mutex::new(Some(handle)),
            heard,
        })
    }

    /// What became of something that was to be sent. Whatever fails of a session that is ahead
    /// of the disk says nothing about the message: it waits for the next session.
    fn sent<T>(&self, outcome: Result<T, SendError>) -> Result<T, SendError> {
        outcome
            .map_err(|error| if self.keys.fence.is_closed() { SendError::Offline } else { error })
    }
}

#[async_trait]
impl Life for EngineSession {
    async fn pairing_code(&self, phone: &PhoneNumber) -> Result<IssuedCode, EngineError> {
        self.client.wait_for_socket(SOCKET).await.map_err(|_| EngineError::Unreachable)?;
        let options = PairCodeOptions {
            phone_number: phone.to_string(),
            display_os: Some(SYSTEM.to_owned()),
            ..Default::default()
        };
        match self.client.pair_with_code(options).await {
            Ok(code) => Ok(IssuedCode { code, lifetime: CODE_LIFETIME }),
            Err(PairError::PairCode(error)) => Err(EngineError::NoPairingCode(error.to_string())),
            // WhatsApp says "bad request" to numbers that it does not know and to those that
            // ask too often alike.
            Err(error) if error.rejection().is_some() => Err(EngineError::NoPairingCode(format!(
                "WhatsApp refused the number, or it was asked for too often ({error})"
            ))),
            Err(error) => {
                tracing::warn!(instance = %self.keys.instance, %error, "no pairing code");
                Err(EngineError::Unreachable)
            }
        }
    }

    fn silence(&self) -> Duration {
        self.heard.ago()
    }

    async fn reconnect(&self) {
        self.client.reconnect_immediately().await;
    }

    async fn close(&self) {
        let Some(handle) = self.handle.lock().await.take() else { return };
        if tokio::time::timeout(CLOSE, handle.shutdown()).await.is_err() {
            tracing::warn!(instance = %self.keys.instance, "a session did not close in time");
        }
        self.keys.fence.retire();
        self.keys.discard_unlinked();
    }

    async fn logout(&self) {
        if tokio::time::timeout(LOGOUT, self.client.logout()).await.is_err() {
            tracing::warn!(
                instance = %self.keys.instance,
                "WhatsApp did not confirm the logout; the phone may still list this device"
            );
        }
        self.close().await;
    }
}

#[async_trait]
impl Messages for EngineSession {
    async fn prepare(&self, outgoing: &Outgoing, parts: Parts) -> Result<Prepared, SendError> {
        self.sent(self.make(outgoing, &parts).await)
    }

    async fn transmit(&self, chat: &ChatId, id: &MessageId, raw: &[u8]) -> Result<(), SendError> {
        self.sent(self.send(chat, id, raw).await)
    }

    async fn delete_for_me(&self, message: &Message) -> Result<(), SendError> {
        self.sent(self.delete_here(message).await)
    }

    async fn mark_read(&self, chat: &ChatId, messages: &[Message]) -> Result<(), SendError> {
        self.sent(self.read(chat, messages).await)
    }
}

#[async_trait]
impl Presence for EngineSession {
    async fn set_presence(&self, available: bool) -> Result<(), SendError> {
        self.sent(self.presence(available).await)
    }

    async fn show_typing(&self, chat: &ChatId, kind: Option<TypingKind>) -> Result<(), SendError> {
        self.sent(self.typing(chat, kind).await)
    }
}

#[async_trait]
impl Files for EngineSession {
    fn content_key(&self, message: &Message) -> Option<ContentKey> {
        content_key(message)
    }

    async fn fetch_file(&self, message: &Message, to: &Path) -> Result<(), FetchError> {
        self.fetch(message, to).await
    }
}

#[async_trait]
impl Groups for EngineSession {
    async fn group(&self, group: &ChatId) -> Result<GroupFacts, SendError> {
        self.sent(self.ask_group(group).await)
    }

    async fn groups(&self) -> Result<Vec<GroupFacts>, SendError> {
        self.sent(self.ask_groups().await)
    }
}

#[async_trait]
impl Contacts for EngineSession {
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        self.sent(self.ask_account(person).await)
    }
}
