use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::header::HOST;
use axum::http::request::Parts;

use crate::SandboxInfo;
use crate::frame::Frame;
use crate::language::Language;
use crate::shared::Shared;
use crate::texts::Texts;

/// Whoever asks for a page: what is known of them before they have proved anything.
#[derive(Clone)]
pub(crate) struct Visitor {
    /// The texts in their language.
    pub t: Texts,
    /// The path they asked for; may hold a token.
    pub path: Arc<str>,
    /// How they reached this gateway, such as `http://127.0.0.1:8080`.
    pub base: Arc<str>,
    /// Where the virtual phones answer, in a sandbox.
    pub phones: Option<Arc<str>>,
}

impl Visitor {
    /// The frame of a page for somebody who is not signed in.
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame {
            t: self.t,
            title: title.into(),
            path: self.path.clone(),
            sandbox: self.phones.is_some(),
            csrf: None,
        }
    }

    /// Whether they came by HTTPS, through a proxy that said so.
    pub fn is_https(&self) -> bool {
        self.base.starts_with("https:")
    }
}

impl<S> FromRequestParts<S> for Visitor
where
    S: Send + Sync,
    Shared: FromRef<S>,
{
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let language = Language::of_request(parts.uri.query(), &parts.headers);
        let base = base(parts);
        let console = Shared::from_ref(state);
        let phones = console.sandbox.as_ref().map(|sandbox| phones(sandbox, &base).into());
        Ok(Self {
            t: Texts::of(language),
            path: parts.uri.path().into(),
            base: base.into(),
            phones,
        })
    }
}

fn base(parts: &Parts) -> String {
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok());
    let https =
        header("x-forwarded-proto").is_some_and(|proto| proto.eq_ignore_ascii_case("https"));
    let host = header(HOST.as_str()).unwrap_or("127.0.0.1:8080");
    format!("{}://{host}", if https { "https" } else { "http" })
}

/// Where the page finds the virtual phones: at its own origin, unless they have a port of
/// their own. Names are not compared: `localhost` is `127.0.0.1` here.
fn phones(sandbox: &SandboxInfo, base: &str) -> String {
    let port = |url: &str| url.rsplit_once(':').map(|(_, port)| port.to_owned());
    let origin = if port(&sandbox.phones_url) == port(base) { "" } else { &sandbox.phones_url };
    format!("{origin}/sandbox/phones")
}
