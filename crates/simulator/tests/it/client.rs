//! A whatsapp-rust client pointed at the simulator.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::http::Hosts;
use crate::loopback::Loopback;
use crate::network::until;
use tokio::time::timeout;
use wacore::store::InMemoryBackend;
use wacore::store::device::DevicePropsOverride;
use wacore::types::events::{ChannelEventHandler, ConnectFailureReason, Event};
use waproto::whatsapp as wa;
use whatsapp_rust::bot::{Bot, BotHandle};
use whatsapp_rust::pair_code::PairCodeOptions;

/// Everything in these tests takes milliseconds; this is for a busy machine.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A client with its events.
pub struct Client {
    pub client: Arc<whatsapp_rust::Client>,
    pub backend: Arc<InMemoryBackend>,
    events: async_channel::Receiver<Arc<Event>>,
    history: tokio::sync::Mutex<History>,
    _running: BotHandle,
}

/// How much of the time before it was linked a client wants to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryKind {
    /// As a browser: the last months, the first part in a message.
    Browser,
    /// As a desktop: everything, and all in files.
    Everything,
    /// Nothing: it says so to nobody, but does not look at it.
    Nothing,
}

/// Everything that happened to a client, for tests that look for it in any order.
struct History {
    events: async_channel::Receiver<Arc<Event>>,
    seen: Vec<Arc<Event>>,
}

impl Client {
    /// A client that was never linked.
    pub async fn new(address: SocketAddr) -> Self {
        Self::with_backend(address, Arc::new(InMemoryBackend::new())).await
    }

    /// A client on the store of an earlier one.
    pub async fn with_backend(address: SocketAddr, backend: Arc<InMemoryBackend>) -> Self {
        Self::with(address, backend, HistoryKind::Browser).await
    }

    /// A client that wants so much history.
    pub async fn asking_for(address: SocketAddr, kind: HistoryKind) -> Self {
        Self::with(address, Arc::new(InMemoryBackend::new()), kind).await
    }

    async fn with(address: SocketAddr, backend: Arc<InMemoryBackend>, kind: HistoryKind) -> Self {
        let builder = Bot::builder()
            .with_backend_arc(backend.clone())
            .with_transport_factory(Loopback(address))
            .with_http_client(Hosts(address))
            .with_runtime(whatsapp_rust::TokioRuntime)
            .with_version((2, 3000, 0));
        let builder = match kind {
            HistoryKind::Browser => builder,
            HistoryKind::Nothing => builder.skip_history_sync(),
            HistoryKind::Everything => {
                let config = wa::device_props::HistorySyncConfig::default();
                let props = DevicePropsOverride::new().with_require_full_sync(true);
                builder.with_device_props(props.with_history_sync_config(config))
            }
        };
        let bot = builder.build().await.unwrap();
        let client = bot.client();
        let (handler, events) = ChannelEventHandler::new();
        client.subscribe_handler(handler).detach();
        let (handler, all) = ChannelEventHandler::new();
        client.subscribe_handler(handler).detach();
        let history = tokio::sync::Mutex::new(History { events: all, seen: Vec::new() });
        Self { client, backend, events, history, _running: bot.spawn() }
    }

    /// Everything that was looked at so far.
    pub async fn events_so_far(&self) -> Vec<Arc<Event>> {
        self.history.lock().await.seen.clone()
    }

    /// Something that happened to the client, before or after this call; `what` names it in
    /// the failure.
    pub async fn eventually<T>(&self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        let mut history = self.history.lock().await;
        let mut looked_at = 0;
        let found = timeout(PATIENCE, async {
            loop {
                while let Some(event) = history.seen.get(looked_at) {
                    if let Some(found) = pick(event) {
                        return found;
                    }
                    looked_at += 1;
                }
                let event = history.events.recv().await.expect("the client has ended");
                history.seen.push(event);
            }
        })
        .await;
        found.unwrap_or_else(|_| {
            let texts = history.seen.iter().map(|event| format!("{event:?}"));
            let short: Vec<String> = texts.map(|text| text.chars().take(160).collect()).collect();
            panic!("no {what} within {PATIENCE:?}; instead {short:#?}")
        })
    }

    /// The next event for which `pick` gives something; `what` names it in the failure.
    pub async fn event<T>(&self, what: &str, pick: impl Fn(&Event) -> Option<T>) -> T {
        let mut seen = Vec::new();
        let found = timeout(PATIENCE, async {
            loop {
                let event = self.events.recv().await.expect("the client has ended");
                if let Some(found) = pick(&event) {
                    return found;
                }
                let text = format!("{event:?}");
                seen.push(text.chars().take(80).collect::<String>());
            }
        });
        match found.await {
            Ok(found) => found,
            Err(_) => panic!("no {what} within {PATIENCE:?}; instead {seen:#?}"),
        }
    }

    /// All that happened so far, as far as `pick` knows it.
    pub async fn happened<T>(&self, pick: impl Fn(&Event) -> Option<T>) -> Vec<T> {
        let mut history = self.history.lock().await;
        while let Ok(event) = history.events.try_recv() {
            history.seen.push(event);
        }
        history.seen.iter().filter_map(|event| pick(event)).collect()
    }

    /// The text of the next QR.
    pub async fn qr(&self) -> String {
        self.event("QR", |event| match event {
            Event::PairingQrCode(qr) => Some(qr.code.clone()),
            _ => None,
        })
        .await
    }

    /// Asks for a pairing code for `phone`.
    pub async fn pairing_code(&self, phone: &str) -> String {
        let options = PairCodeOptions { phone_number: phone.to_owned(), ..Default::default() };
        self.client.pair_with_code(options).await.unwrap()
    }

    /// Waits until the client knows its account by `name`.
    pub async fn push_name_is(&self, name: &str) {
        until("the push name", || self.client.push_name() == name).await;
    }

    /// Waits until the client knows that it is linked no more; gives the reason.
    pub async fn logged_out(&self) -> ConnectFailureReason {
        self.event("LoggedOut", |event| match event {
            Event::LoggedOut(out) => Some(out.reason),
            _ => None,
        })
        .await
    }

    /// Stops the client and gives its store to a new one at `address`.
    pub async fn again_at(self, address: SocketAddr) -> Self {
        self.client.disconnect().await;
        Self::with_backend(address, self.backend).await
    }

    /// Waits until the client has logged in.
    pub async fn connected(&self) {
        self.event("Connected", |event| matches!(event, Event::Connected(_)).then_some(())).await;
    }
}
