//! Who may see the console, and what its forms must carry.

use std::collections::BTreeMap;

use axum::RequestExt as _;
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::header::{ORIGIN, USER_AGENT};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse as _, Redirect, Response};

use crate::cookies;
use crate::frame::Frame;
use crate::link::Widget;
use crate::problem::{Kind, Problem};
use crate::sessions::Session;
use crate::shared::Shared;
use crate::visitor::Visitor;
use siskin_model::InstanceId;

/// Somebody who is signed in to the console. Everybody else is sent to the sign-in page.
#[derive(Clone)]
pub(crate) struct SignedIn {
    pub visitor: Visitor,
    pub cookie: String,
    session: Session,
}

/// A form that somebody who is signed in has sent from one of the console's own pages: no
/// handler of a form can be reached by another site.
pub(crate) struct Posted {
    pub who: SignedIn,
    /// The fields, without the one that proves where the form comes from.
    pub fields: BTreeMap<String, String>,
}

impl SignedIn {
    pub fn frame(&self, title: impl Into<String>) -> Frame {
        Frame { csrf: Some(self.csrf()), ..self.visitor.frame(title) }
    }

    pub fn problem(&self, kind: Kind) -> Problem {
        Problem::signed_in(kind, self.visitor.clone(), self.csrf())
    }

    pub fn failed(&self, error: &impl std::fmt::Display) -> Problem {
        tracing::error!(%error, "a request of the console failed");
        self.problem(Kind::Failed)
    }

    /// The panel that links a phone, inside the console.
    pub fn widget(&self, id: InstanceId) -> Widget {
        Widget {
            t: self.visitor.t,
            actions: format!("/console/instances/{id}"),
            csrf: Some(self.csrf()),
            phones: self.visitor.phones.clone(),
            narrow: true,
            was_unlinked: false,
        }
    }

    /// What every form of theirs carries.
    pub fn csrf(&self) -> String {
        self.session.csrf.expose().to_owned()
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, console: &Shared) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, console).await;
        let cookie = cookies::read(&parts.headers, cookies::SESSION).unwrap_or_default();
        match console.sessions.find(cookie, console.now()) {
            Some(session) => Ok(Self { visitor, cookie: cookie.to_owned(), session }),
            None => Err(Redirect::to("/console/sign-in").into_response()),
        }
    }
}

impl FromRequest<Shared> for Posted {
    type Rejection = Response;

    async fn from_request(mut request: Request, console: &Shared) -> Result<Self, Response> {
        let who: SignedIn = request.extract_parts_with_state(console).await?;
        let forbidden = || who.problem(Kind::Forbidden).into_response();
        if request.method() != Method::POST || !is_from_here(request.headers()) {
            return Err(forbidden());
        }
        let Form(mut fields) = Form::<BTreeMap<String, String>>::from_request(request, &())
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        let proof = fields.remove("csrf").unwrap_or_default();
        if !who.session.csrf.matches(&proof) {
            return Err(forbidden());
        }
        Ok(Self { who, fields })
    }
}

/// Whether a form comes from a page of this gateway. Every browser names the site or at least
/// the origin that a form comes from, but for very old ones, which are refused; programs name
/// neither.
pub(crate) fn is_from_here(headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = header("sec-fetch-site") {
        return site == "same-origin";
    }
    match (header(ORIGIN.as_str()), header("host")) {
        (None, _) => !header(USER_AGENT.as_str()).is_some_and(|it| it.starts_with("Mozilla/")),
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, at)| at == host),
        (Some(_), None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_form_of_another_site_is_told_apart() {
        assert!(is_from_here(&headers(&[("sec-fetch-site", "same-origin"), ("origin", "null")])));
        assert!(!is_from_here(&headers(&[("sec-fetch-site", "cross-site")])));
        assert!(!is_from_here(&headers(&[("sec-fetch-site", "same-site")])));
        let host = ("host", "127.0.0.1:8080");
        assert!(is_from_here(&headers(&[host, ("origin", "http://127.0.0.1:8080")])));
        assert!(!is_from_here(&headers(&[host, ("origin", "http://127.0.0.1:9090")])));
        assert!(!is_from_here(&headers(&[host, ("origin", "null")])));
        assert!(!is_from_here(&headers(&[host, ("user-agent", "Mozilla/5.0 (old)")])));
        assert!(is_from_here(&headers(&[host, ("user-agent", "curl/8")])));
    }
}
