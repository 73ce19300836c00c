//! A gateway's API for tests, over a fleet whose sessions the test drives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub(crate) mod forms;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::HeaderMap;
use serde_json::Value;
use siskin_delivery::{Attempt, Delivery, Schedule, WebhookSender};
use siskin_fleet::Fleet;
use siskin_fleet::port::Received;
use siskin_fleet_testing::{ScriptedEngine, ScriptedSession, Transmitted, fleet};
use siskin_green_api::{Settings, Word};
use siskin_model::message::{FileContent, FileKind, Outgoing, Text};
use siskin_model::{Account, Address, ChatId, Content, InstanceId, Token};
use siskin_outbound::{Fetcher, Policy};
use siskin_store_testing::MemoryStore;
use tower::ServiceExt as _;

use crate::context::Context;
use crate::{ApiContext, RateLimits, methods, router};

/// The number that [`TestInstance::linked`] links.
pub(crate) const ANN: &str = "15550100001";
/// The partner token.
pub(crate) const PARTNER: &str = "partner-secret";
/// Somebody to write to.
pub(crate) const BOB: &str = "15550100002@c.us";
/// Somebody else.
pub(crate) const CY: &str = "15550100003@c.us";
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Api {
    pub engine: Arc<ScriptedEngine>,
    pub fleet: Arc<Fleet>,
    delivery: Arc<Delivery>,
    pub router: Router,
}

pub(crate) struct TestInstance<'a> {
    api: &'a Api,
    pub id: InstanceId,
    pub token: String,
}

/// An answer that has been read.
pub(crate) struct Answered {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Api {
    pub async fn new() -> Self {
        Self::with(RateLimits::Off).await
    }

    pub async fn with(rate_limits: RateLimits) -> Self {
        Self::with_outbound(rate_limits, Policy::Public).await
    }

    /// `policy`: where files may be fetched from.
    pub async fn with_outbound(rate_limits: RateLimits, policy: Policy) -> Self {
        let engine = ScriptedEngine::new();
        let store = Arc::new(MemoryStore::default());
        let fleet = fleet(store, engine.clone()).await.unwrap();
        let sender = Arc::new(NoWebhooks);
        let delivery = Delivery::start(fleet.clone(), sender, Schedule::default());
        let fetcher = Fetcher::new(policy);
        let context = context(fleet.clone(), delivery.clone(), fetcher, rate_limits);
        Self { engine, fleet, delivery, router: router(context) }
    }

    /// What calls work on, for tests of their parts.
    pub fn context(&self) -> Arc<Context> {
        let fetcher = Fetcher::new(Policy::Public);
        let given = context(self.fleet.clone(), self.delivery.clone(), fetcher, RateLimits::Off);
        Arc::new(Context::new(given, methods::rates()))
    }

    pub async fn instance(&self) -> TestInstance<'_> {
        let settings = Settings::for_partner();
        let instance = self.fleet.create("test".into(), settings).await.unwrap();
        let token = instance.token().expose().to_owned();
        TestInstance { api: self, id: instance.id(), token }
    }

    pub async fn call(&self, verb: &str, path: &str, body: &str) -> Answered {
        let request = Request::builder().method(verb).uri(path);
        self.request(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    pub async fn partner(&self, verb: &str, method: &str, body: &Value) -> Answered {
        self.call(verb, &format!("/partner/{method}/{PARTNER}"), &body.to_string()).await
    }

    pub async fn request(&self, request: Request) -> Answered {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 24).await.unwrap();
        Answered { status: parts.status.as_u16(), headers: parts.headers, body }
    }
}

impl Api {
    /// What is at an address of the gateway.
    pub async fn file(&self, url: &str) -> Answered {
        self.call("GET", url.strip_prefix(self.fleet.base_url()).unwrap(), "").await
    }
}

impl TestInstance<'_> {
    /// `method` may have a query string.
    pub async fn get(&self, method: &str) -> Answered {
        self.send("GET", method, "").await
    }

    pub async fn get_as(&self, method: &str, accept: &str) -> Answered {
        let request = Request::builder().uri(self.path(method)).header("accept", accept);
        self.api.request(request.body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, method: &str, body: &Value) -> Answered {
        self.send("POST", method, &body.to_string()).await
    }

    /// `rest` is a body or, where it begins with a slash, what follows the token.
    pub async fn send(&self, verb: &str, method: &str, rest: &str) -> Answered {
        let path = self.path(method);
        match rest.strip_prefix('/') {
            Some(tail) => self.api.call(verb, &format!("{path}/{tail}"), "").await,
            None => self.api.call(verb, &path, rest).await,
        }
    }

    /// The address of the gateway.
    pub fn base_url(&self) -> &str {
        self.api.fleet.base_url()
    }

    pub fn path(&self, method: &str) -> String {
        let (name, query) = method.split_once('?').unwrap_or((method, ""));
        let question = if query.is_empty() { "" } else { "?" };
        format!("/waInstance{}/{name}/{}{question}{query}", self.id, self.token)
    }

    /// Links the instance to [`ANN`]'s account; waits until it is authorized.
    pub async fn linked(&self) -> ScriptedSession {
        let viewer = self.api.fleet.get(self.id).unwrap().view_qr();
        let session = self.api.engine.opened().await;
        session.link(&account()).await;
        self.until_state("authorized").await;
        drop(viewer);
        session
    }

    /// Has a message accepted; its id.
    pub async fn accepted(&self, method: &str, body: &Value) -> String {
        let answer = self.post(method, body).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let answer = answer.json();
        assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
        answer["idMessage"].as_str().unwrap().to_owned()
    }

    /// The next message that goes to WhatsApp, which takes it; what it says.
    pub async fn sent(&self, session: &ScriptedSession) -> (Transmitted, siskin_model::Body) {
        let sent = session.transmitted().await;
        session.acknowledge(&sent.id, None).await.unwrap();
        let body = serde_json::from_slice(&sent.raw).unwrap();
        (sent, body)
    }

    /// Checks that the queue is empty.
    pub async fn nothing_waits(&self) {
        let waiting = self.waiting().await;
        assert!(waiting.is_empty(), "{waiting:?}");
    }

    /// What waits in the queue.
    pub async fn waiting(&self) -> Vec<Outgoing> {
        self.api.fleet.store().waiting(self.id, u32::MAX).await.unwrap()
    }

    /// A text comes in; its id.
    pub async fn received(&self, session: &ScriptedSession, from: &str, text: &str) -> String {
        let text = Text { text: text.to_owned(), is_template: false };
        self.received_content(session, from, Content::Text(text)).await
    }

    /// A message with a file comes in, and the file is fetched; its id.
    pub async fn received_file(
        &self,
        session: &ScriptedSession,
        from: &str,
        name: &str,
        mime_type: &str,
    ) -> String {
        let file = FileContent {
            kind: FileKind::Document,
            file: None,
            too_large: false,
            caption: String::new(),
            file_name: name.into(),
            mime_type: mime_type.into(),
            thumbnail: String::new(),
            is_animated: false,
        };
        self.received_content(session, from, Content::File(file)).await
    }

    async fn received_content(
        &self,
        session: &ScriptedSession,
        from: &str,
        content: Content,
    ) -> String {
        let id = siskin_fleet::new_message_id();
        let from = Address::new(ChatId::parse(from).unwrap());
        let message = Received {
            chat: from.clone(),
            sender: from,
            from_me: false,
            id: id.clone(),
            at: self.api.fleet.clock().now(),
            push_name: "Bob".into(),
            raw: serde_json::to_vec(&siskin_model::Body::new(content.clone())).unwrap(),
            body: siskin_model::Body::new(content),
            file_size: None,
            status: None,
            by_admin: false,
        };
        session.inbox().messages(vec![message]).await.unwrap();
        id.as_str().to_owned()
    }

    /// The names of what lies in the instance's folder of files.
    pub fn files_on_disk(&self) -> Vec<String> {
        let token = siskin_fleet::new_file_token();
        let folder = self.api.fleet.media().path(self.id, &token);
        let Ok(entries) = std::fs::read_dir(folder.parent().unwrap()) else { return Vec::new() };
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub async fn until_state(&self, state: &str) {
        let mut link = self.api.fleet.get(self.id).unwrap().link();
        let reached = link.wait_for(|link| link.state().word() == state);
        tokio::time::timeout(PATIENCE, reached).await.expect("state is not reached").unwrap();
    }
}

impl Answered {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.to_vec()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }
}

/// Checks that the answer is a validation error with that detail and without a token.
pub(crate) fn validation(answer: &Answered, detail: &str) {
    assert_eq!(answer.status, 400, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["statusCode"], 400);
    assert_eq!(body["message"], format!("Validation failed. Details: {detail}"));
    assert!(body["path"].as_str().unwrap().ends_with("/***"), "{}", body["path"]);
    assert_eq!(body["timestamp"].as_str().unwrap().len(), "2026-01-02T03:04:05.678Z".len());
}

pub(crate) fn account() -> Account {
    let phone = ANN.parse().unwrap();
    Account { phone, device: 8, lid: None, push_name: "Ann".into() }
}

fn context(
    fleet: Arc<Fleet>,
    delivery: Arc<Delivery>,
    fetcher: Fetcher,
    rate_limits: RateLimits,
) -> ApiContext {
    ApiContext {
        fleet,
        delivery,
        fetcher,
        partner_token: Token::from_text(PARTNER),
        rate_limits,
        pages: Some(Arc::new(|request| {
            let page = format!("the page at {}", request.uri().path());
            Box::pin(async move { axum::response::Response::new(Body::from(page)) })
        })),
    }
}

/// A receiver that takes nothing.
struct NoWebhooks;

#[async_trait::async_trait]
impl WebhookSender for NoWebhooks {
    async fn post(&self, _: Attempt<'_>) -> Result<u16, siskin_outbound::OutboundError> {
        Ok(503)
    }
}
