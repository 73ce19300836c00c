//! The pages as a browser would call them, without a socket.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use siskin_console::{ConsoleContext, SandboxInfo, router};
use siskin_fleet::{Fleet, Instance};
use siskin_fleet_testing::{ScriptedEngine, fleet};
use siskin_green_api::Settings;
use siskin_model::{Account, ClientAddress, Token};
use siskin_store_testing::MemoryStore;
use tower::ServiceExt as _;

pub const ADMIN_TOKEN: &str = "the-admin-token";

pub struct Site {
    pub fleet: Arc<Fleet>,
    pub engine: Arc<ScriptedEngine>,
    router: Router,
}

/// An answer that has been read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

/// Somebody who is signed in: their cookie, and the proof that their forms carry.
pub struct Admin {
    pub cookie: String,
    pub csrf: String,
}

impl Site {
    pub async fn new() -> Self {
        Self::with(None).await
    }

    pub async fn sandbox() -> Self {
        Self::with(Some(SandboxInfo::default())).await
    }

    async fn with(sandbox: Option<SandboxInfo>) -> Self {
        let engine = ScriptedEngine::new();
        let fleet = fleet(Arc::new(MemoryStore::default()), engine.clone()).await.unwrap();
        let admin_token = Token::from_text(ADMIN_TOKEN);
        let router = router(ConsoleContext { fleet: fleet.clone(), admin_token, sandbox });
        Self { fleet, engine, router }
    }

    pub async fn instance(&self, name: &str) -> Arc<Instance> {
        self.fleet.create(name.to_owned(), Settings::for_people()).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        read(self.send(request(Method::GET, path, headers, Body::empty())).await).await
    }

    pub async fn post(&self, path: &str, headers: &[(&str, &str)], form: &str) -> Answer {
        let kind = (header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded");
        let headers = [headers, &[kind]].concat();
        let body = Body::from(form.to_owned());
        read(self.send(request(Method::POST, path, &headers, body)).await).await
    }

    /// Signs in with this token, from this address.
    pub async fn sign_in_from(&self, from: Option<ClientAddress>, token: &str) -> Answer {
        let kind = [(header::CONTENT_TYPE.as_str(), "application/x-www-form-urlencoded")];
        let body = Body::from(format!("token={token}"));
        let mut request = request(Method::POST, "/console/sign-in", &kind, body);
        if let Some(from) = from {
            request.extensions_mut().insert(from);
        }
        read(self.send(request).await).await
    }

    pub async fn sign_in(&self) -> Admin {
        let answer = self.post("/console/sign-in", &[], &format!("token={ADMIN_TOKEN}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let page = self.get("/console", &[("cookie", &cookie)]).await;
        let csrf = between(&page.text, "name=\"csrf\" value=\"", "\"").to_owned();
        Admin { cookie, csrf }
    }
}

impl Admin {
    pub fn headers(&self) -> [(&str, &str); 2] {
        [("cookie", &self.cookie), ("sec-fetch-site", "same-origin")]
    }

    pub fn form(&self, fields: &str) -> String {
        format!("csrf={}&{fields}", self.csrf)
    }
}

pub fn request(method: Method, path: &str, headers: &[(&str, &str)], body: Body) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(body).unwrap()
}

async fn read(response: axum::response::Response) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status: parts.status, headers: parts.headers, text }
}

pub fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let from = text.find(start).unwrap_or_else(|| panic!("no {start} in {text}")) + start.len();
    let rest = &text[from..];
    &rest[..rest.find(end).unwrap()]
}

pub fn qr_page(instance: &Instance) -> String {
    format!("/waInstance{}/{}", instance.id(), instance.token().expose())
}

pub fn ann() -> Account {
    Account {
        phone: "15550100001".parse().unwrap(),
        device: 3,
        lid: None,
        push_name: "Ann".to_owned(),
    }
}
