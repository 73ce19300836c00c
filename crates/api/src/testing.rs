//! A gateway's API for tests, over a fleet whose sessions the test drives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::HeaderMap;
use serde_json::Value;
use siskin_delivery::{Attempt, Delivery, Schedule, WebhookSender};
use siskin_fleet::Fleet;
use siskin_fleet::testing::{ScriptedEngine, ScriptedSession, fleet};
use siskin_model::{Account, InstanceId, Settings, Token};
use siskin_store::MemoryStore;
use tower::ServiceExt as _;

use crate::{ApiContext, RateLimits, router};

/// The number that [`TestInstance::linked`] links.
pub(crate) const ANN: &str = "15550100001";
/// The partner token.
pub(crate) const PARTNER: &str = "partner-secret";
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Api {
    pub engine: Arc<ScriptedEngine>,
    pub fleet: Arc<Fleet>,
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
        let engine = ScriptedEngine::new();
        let store = Arc::new(MemoryStore::default());
        let fleet = fleet(store, engine.clone()).await.unwrap();
        let sender = Arc::new(NoWebhooks);
        let delivery = Delivery::start(fleet.clone(), sender, Schedule::default());
        let context = ApiContext {
            fleet: fleet.clone(),
            delivery,
            partner_token: Token::from_text(PARTNER),
            rate_limits,
            qr_page: Some(Arc::new(|id, _, _| {
                Box::pin(async move { axum::response::Response::new(Body::from(id)) })
            })),
        };
        Self { engine, fleet, router: router(context) }
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
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Answered { status: parts.status.as_u16(), headers: parts.headers, body }
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

    pub fn path(&self, method: &str) -> String {
        let (name, query) = method.split_once('?').unwrap_or((method, ""));
        let question = if query.is_empty() { "" } else { "?" };
        format!("/waInstance{}/{name}/{}{question}{query}", self.id, self.token)
    }

    /// Links the instance to [`ANN`]'s account; waits until it is authorized.
    pub async fn linked(&self) -> ScriptedSession {
        let asking = self.api.fleet.get(self.id).unwrap().ask();
        let session = self.api.engine.opened().await;
        session.link(&account()).await;
        self.until_state("authorized").await;
        drop(asking);
        session
    }

    pub async fn until_state(&self, state: &str) {
        let mut link = self.api.fleet.get(self.id).unwrap().link();
        let reached = link.wait_for(|link| link.state().as_str() == state);
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

/// A receiver that takes nothing.
struct NoWebhooks;

#[async_trait::async_trait]
impl WebhookSender for NoWebhooks {
    async fn post(&self, _: Attempt<'_>) -> Result<u16, siskin_outbound::OutboundError> {
        Ok(503)
    }
}
