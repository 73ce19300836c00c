//! The door of the console: the admin token, or in a sandbox a link that has it.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::header::{RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::{Extension, Form};
use serde::Deserialize;
use siskin_model::{ClientAddress, WrongToken};

use crate::cookies;
use crate::frame::Frame;
use crate::problem::{Kind, Problem};
use crate::region::render;
use crate::shared::Shared;
use crate::signed_in::{Posted, is_from_here};
use crate::visitor::Visitor;

/// What a wrong token costs in time.
const WRONG_TOKEN_PAUSE: Duration = Duration::from_millis(400);

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    page: Frame,
    error: Option<&'static str>,
}

#[derive(Deserialize)]
pub(crate) struct Given {
    token: String,
}

/// The sign-in page.
pub(crate) async fn ask(visitor: Visitor) -> Response {
    page(&visitor, None).into_response()
}

/// Who signs in, if that can be told.
type Client = Option<Extension<ClientAddress>>;

/// Checks the token and opens a session.
pub(crate) async fn enter(
    State(console): State<Shared>,
    visitor: Visitor,
    client: Client,
    headers: HeaderMap,
    Form(given): Form<Given>,
) -> Response {
    if !is_from_here(&headers) {
        return Problem::new(Kind::Forbidden, visitor).into_response();
    }
    let from = client.map(|Extension(from)| from);
    if console.throttle.is_closed(from, console.now()) {
        let page = page(&visitor, Some("signin.slow"));
        return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "60")], page).into_response();
    }
    if !console.admin_token.matches(given.token.trim()) {
        console.throttle.failed(from, console.now());
        tokio::time::sleep(WRONG_TOKEN_PAUSE).await;
        let page = page(&visitor, Some("signin.wrong"));
        return (StatusCode::UNAUTHORIZED, Extension(WrongToken::Console), page).into_response();
    }
    open_session(&console, &visitor)
}

/// Signs in whoever has the link that the sandbox prints. A wrong one is not held against
/// anybody: a page of another site can have a browser ask for it, as for a picture.
pub(crate) async fn enter_by_link(
    State(console): State<Shared>,
    Path(token): Path<String>,
    visitor: Visitor,
) -> Response {
    if !console.admin_token.matches(&token) {
        let page = Problem::new(Kind::Unauthorized, visitor);
        return (Extension(WrongToken::Console), page).into_response();
    }
    open_session(&console, &visitor)
}

/// Ends the session.
pub(crate) async fn leave(State(console): State<Shared>, posted: Posted) -> Response {
    console.sessions.close(&posted.who.cookie);
    ([(SET_COOKIE, cookies::no_session())], Redirect::to("/console/sign-in")).into_response()
}

fn open_session(console: &Shared, visitor: &Visitor) -> Response {
    let cookie = console.sessions.open(console.now());
    match cookies::session(cookie.expose(), visitor.is_https()) {
        Some(header) => ([(SET_COOKIE, header)], Redirect::to("/console")).into_response(),
        None => Problem::new(Kind::Failed, visitor.clone()).into_response(),
    }
}

fn page(visitor: &Visitor, error: Option<&'static str>) -> Html<String> {
    let page = visitor.frame(visitor.t.say("signin.title"));
    Html(render(&SignInPage { page, error }))
}
