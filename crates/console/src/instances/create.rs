use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use siskin_green_api::Settings;
use siskin_model::InstanceId;

use super::find;
use crate::frame::Frame;
use crate::problem::Problem;
use crate::region::render;
use crate::shared::Shared;
use crate::signed_in::{Posted, SignedIn};

/// How long a name can be, in characters.
const NAME_LENGTH: usize = 100;

#[derive(Template)]
#[template(path = "new.html")]
struct NewPage {
    page: Frame,
    name: String,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    page: Frame,
    id: InstanceId,
    token: String,
    curl: String,
    qr_page: String,
}

/// Asks for the name of a new instance.
pub(crate) async fn ask(who: SignedIn) -> Response {
    Html(form(&who, String::new(), None)).into_response()
}

/// Creates an instance.
pub(crate) async fn create(
    State(console): State<Shared>,
    posted: Posted,
) -> Result<Response, Problem> {
    let Posted { who, mut fields } = posted;
    let name = fields.remove("name").unwrap_or_default().trim().to_owned();
    if name.chars().count() > NAME_LENGTH {
        let page = Html(form(&who, name, Some("new.long")));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
    }
    let created = console.fleet.create(name, Settings::for_people()).await;
    let instance = created.map_err(|error| who.failed(&error))?;
    Ok(Redirect::to(&format!("/console/instances/{}/welcome", instance.id())).into_response())
}

/// What a program needs to use the new instance.
pub(crate) async fn welcome(
    State(console): State<Shared>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Html<String>, Problem> {
    let instance = find(&console, &who, &id)?;
    let (id, token) = (instance.id(), instance.token().expose().to_owned());
    let base = &who.visitor.base;
    Ok(Html(render(&WelcomePage {
        page: who.frame(who.visitor.t.say("new.created")),
        id,
        curl: format!("curl -H 'Accept: image/png' -o qr.png {base}/waInstance{id}/qr/{token}"),
        qr_page: format!("{base}/waInstance{id}/{token}"),
        token,
    })))
}

fn form(who: &SignedIn, name: String, error: Option<&'static str>) -> String {
    render(&NewPage { page: who.frame(who.visitor.t.say("new.title")), name, error })
}
