//! The page that links a phone, for whoever has the instance's token.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Form, Path, Request, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Extension, Json, RequestExt as _, Router};
use serde::Deserialize;
use siskin_fleet::{Instance, LinkError};
use siskin_model::{InstanceId, InvalidPhoneNumber, PairingCode, PhoneNumber, WrongToken};

use crate::frame::Frame;
use crate::link::{self, CodeError, Widget};
use crate::live::{self, Access, Watch};
use crate::problem::{Kind, Problem};
use crate::region::{Region, render};
use crate::shared::Shared;
use crate::typed_number::digits_of;
use crate::visitor::Visitor;

#[derive(Template)]
#[template(path = "qr_page.html")]
struct QrPage {
    page: Frame,
    id: InstanceId,
    name: String,
    events: String,
    panel: String,
}

/// The number that a code is wanted for.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    phone: String,
}

/// Instance and token, as they stand in the path.
type Credentials = Path<(String, String)>;

/// What the page calls.
pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/qr-page/{id}/{token}/events", get(events))
        .route("/qr-page/{id}/{token}/pairing-code", post(pairing_code))
        .route("/qr-page/{id}/{token}/logout", post(logout))
        .route("/qr-page/{id}/{token}/reboot", post(reboot))
}

/// The page: `GET /waInstance{id}/{token}`. The root leads to the console; any other path has
/// no page.
pub(crate) async fn show(State(console): State<Shared>, mut request: Request) -> Response {
    let Ok(visitor) = request.extract_parts_with_state::<Visitor, _>(&console).await;
    let path = request.uri().path();
    let readable = matches!(*request.method(), Method::GET | Method::HEAD);
    if path == "/" && readable {
        return Redirect::to("/console").into_response();
    }
    let Some((id, token)) = credentials(path).filter(|_| readable) else {
        return Problem::new(Kind::NotFound, visitor).into_response();
    };
    match open(&console, id, token) {
        Some(instance) => page(&console, &visitor, &instance, CodeError::default()).into_response(),
        None => wrong_token(visitor),
    }
}

fn wrong_token(visitor: Visitor) -> Response {
    (Extension(WrongToken::Instance), Problem::new(Kind::Unauthorized, visitor)).into_response()
}

/// The parts of `/waInstance{id}/{token}`; slashes may be doubled, as in the API.
fn credentials(path: &str) -> Option<(&str, &str)> {
    const PREFIX: &str = "waInstance";
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let (first, token) = (segments.next()?, segments.next()?);
    let (prefix, id) = first.split_at_checked(PREFIX.len())?;
    let matches = prefix.eq_ignore_ascii_case(PREFIX) && segments.next().is_none();
    matches.then_some((id, token))
}

/// The instance, if the token is its own.
fn open(console: &Shared, id: &str, token: &str) -> Option<Arc<Instance>> {
    let instance = console.fleet.get(id.parse().ok()?)?;
    instance.token().matches(token).then_some(instance)
}

fn page(
    console: &Shared,
    visitor: &Visitor,
    instance: &Instance,
    error: CodeError,
) -> Html<String> {
    // A page without scripts has no stream: this keeps its instance awake until it reloads.
    let _viewer = instance.view_qr();
    let widget = widget(visitor, instance);
    let link = instance.link().borrow().clone();
    let address = format!("/waInstance{}/{}", instance.id(), instance.token().expose());
    let mut page = visitor.frame(visitor.t.say("link.title"));
    page.path = address.into();
    Html(render(&QrPage {
        page,
        id: instance.id(),
        name: instance.name().to_owned(),
        events: format!("{}/events", widget.actions),
        panel: link::panel(&widget, &link, console.now(), error),
    }))
}

fn widget(visitor: &Visitor, instance: &Instance) -> Widget {
    Widget {
        t: visitor.t,
        actions: format!("/qr-page/{}/{}", instance.id(), instance.token().expose()),
        csrf: None,
        phones: visitor.phones.clone(),
        narrow: false,
        was_unlinked: false,
    }
}

async fn events(
    State(console): State<Shared>,
    Path((id, token)): Credentials,
    visitor: Visitor,
) -> Response {
    let Some(instance) = open(&console, &id, &token) else {
        return wrong_token(visitor);
    };
    let widget = widget(&visitor, &instance);
    match Watch::start(&console, &instance, Access::Token(token), widget) {
        Some(watch) => live::answer(&console, watch.events()),
        None => Problem::new(Kind::Busy, visitor).into_response(),
    }
}

async fn pairing_code(
    State(console): State<Shared>,
    Path((id, token)): Credentials,
    visitor: Visitor,
    headers: HeaderMap,
    Form(wanted): Form<Wanted>,
) -> Response {
    let Some(instance) = open(&console, &id, &token) else {
        return wrong_token(visitor);
    };
    let widget = widget(&visitor, &instance);
    let code = request_code(&instance, &wanted.phone).await;
    if wants_json(&headers) {
        return code_answer(&widget, code);
    }
    match code {
        Ok(_) => back(&instance),
        Err(error) => {
            let page = page(&console, &visitor, &instance, error);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
    }
}

async fn logout(
    State(console): State<Shared>,
    Path((id, token)): Credentials,
    visitor: Visitor,
) -> Response {
    let Some(instance) = open(&console, &id, &token) else {
        return wrong_token(visitor);
    };
    match instance.logout().await {
        Ok(()) => back(&instance),
        Err(error) => Problem::failed(&error, visitor).into_response(),
    }
}

async fn reboot(
    State(console): State<Shared>,
    Path((id, token)): Credentials,
    visitor: Visitor,
) -> Response {
    let Some(instance) = open(&console, &id, &token) else {
        return wrong_token(visitor);
    };
    match instance.reboot().await {
        Ok(()) => back(&instance),
        Err(error) => Problem::failed(&error, visitor).into_response(),
    }
}

fn back(instance: &Instance) -> Response {
    let token = instance.token();
    Redirect::to(&format!("/waInstance{}/{}", instance.id(), token.expose())).into_response()
}

/// Whether the form was sent by a script that puts the answer into the page.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).is_some_and(|accept| accept == "application/json")
}

/// Asks WhatsApp for a code.
pub(crate) async fn request_code(
    instance: &Instance,
    typed: &str,
) -> Result<PairingCode, CodeError> {
    let fail = |text| CodeError { text: Some(text), typed: typed.to_owned() };
    let phone: PhoneNumber = digits_of(typed).parse().map_err(|error| {
        fail(match error {
            InvalidPhoneNumber::NotDigits => "code.digits",
            InvalidPhoneNumber::Length => "code.length",
        })
    })?;
    instance.pairing_code(&phone).await.map_err(|error| fail(text_of(&error)))
}

fn text_of(error: &LinkError) -> &'static str {
    match error {
        LinkError::AlreadyLinked => "code.linked",
        LinkError::HasStaleKeys => "code.stale",
        LinkError::Unreachable => "code.unreachable",
        LinkError::Refused(_) => "code.refused",
        LinkError::PasskeyRequired => "code.passkey",
        LinkError::Stopping => "code.stopping",
    }
}

/// What a script that asked for a code is told: the code itself comes by the page's stream.
pub(crate) fn code_answer(widget: &Widget, code: Result<PairingCode, CodeError>) -> Response {
    let wrong: Vec<Region> =
        code.err().map(|error| link::code_form(widget, error)).into_iter().collect();
    Json(wrong).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_split_as_the_api_splits_it() {
        assert_eq!(credentials("/waInstance71/abc"), Some(("71", "abc")));
        assert_eq!(credentials("//WAINSTANCE71//abc/"), Some(("71", "abc")));
        for path in ["/waInstance71", "/waInstance71/qr/abc", "/other/abc", "/", "/waÍnstance/a"] {
            assert_eq!(credentials(path), None, "{path}");
        }
    }
}
