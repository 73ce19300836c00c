use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use siskin_fleet::FleetError;

use crate::frame::Frame;
use crate::region::render;
use crate::visitor::Visitor;

/// Why there is no page.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The instance or its token is wrong; which of the two is not told.
    Unauthorized,
    /// There is no such page or instance.
    NotFound,
    /// The form does not carry what its page gave it.
    Forbidden,
    /// The gateway could not do it.
    Failed,
    /// Too many pages are live.
    Busy,
}

/// A page that says why there is no other.
pub(crate) struct Problem {
    kind: Kind,
    visitor: Visitor,
    csrf: Option<String>,
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Frame,
    status: u16,
    heading: &'static str,
    text: &'static str,
    /// The words of the way to the console, for whoever may be looking for it.
    way: Option<&'static str>,
}

impl Problem {
    pub fn new(kind: Kind, visitor: Visitor) -> Self {
        Self { kind, visitor, csrf: None }
    }

    /// The problem of somebody who is signed in: the page leads back to the console.
    pub fn signed_in(kind: Kind, visitor: Visitor, csrf: String) -> Self {
        Self { kind, visitor, csrf: Some(csrf) }
    }

    /// The gateway could not do what it was asked; the log says why.
    pub fn failed(error: &FleetError, visitor: Visitor) -> Self {
        tracing::error!(%error, "a request of a page failed");
        Self::new(Kind::Failed, visitor)
    }

    fn texts(&self) -> (StatusCode, &'static str, &'static str) {
        match self.kind {
            Kind::Unauthorized => {
                (StatusCode::UNAUTHORIZED, "error.unauthorized", "error.unauthorized_text")
            }
            Kind::NotFound => (StatusCode::NOT_FOUND, "error.notfound", "error.notfound_text"),
            Kind::Forbidden => (StatusCode::FORBIDDEN, "error.forbidden", "error.forbidden_text"),
            Kind::Failed => {
                (StatusCode::INTERNAL_SERVER_ERROR, "error.failed", "error.failed_text")
            }
            Kind::Busy => (StatusCode::SERVICE_UNAVAILABLE, "error.busy", "error.busy_text"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, heading, text) = self.texts();
        let t = self.visitor.t;
        let mut page = self.visitor.frame(t.say("error.title"));
        page.csrf = self.csrf;
        let way = match (&page.csrf, self.kind) {
            (Some(_), _) => Some("error.back"),
            (None, Kind::NotFound) => Some("error.console"),
            (None, _) => None,
        };
        let (heading, text) = (t.say(heading), t.say(text));
        let content = ErrorPage { page, status: status.as_u16(), heading, text, way };
        (status, Html(render(&content))).into_response()
    }
}
