//! What can be done to an instance by a button.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};

use super::find;
use super::overview::{self, Asked};
use crate::problem::Problem;
use crate::qr_page::{code_answer, request_code, wants_json};
use crate::shared::Shared;
use crate::signed_in::Posted;

type Done = Result<Response, Problem>;

pub(crate) async fn pairing_code(
    State(console): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    let phone = posted.fields.get("phone").map_or("", String::as_str);
    let code = request_code(&instance, phone).await;
    if !wants_json(&headers) {
        return Ok(back(&id, None));
    }
    Ok(code_answer(&posted.who.widget(instance.id()), code))
}

pub(crate) async fn logout(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    instance.logout().await.map_err(|error| posted.who.failed(&error))?;
    Ok(back(&id, Some("loggedout")))
}

pub(crate) async fn reboot(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    instance.reboot().await.map_err(|error| posted.who.failed(&error))?;
    Ok(back(&id, Some("rebooted")))
}

pub(crate) async fn rotate_token(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Done {
    let instance = find(&console, &posted.who, &id)?;
    instance.new_token().await.map_err(|error| posted.who.failed(&error))?;
    Ok(back(&id, Some("rotated")))
}

/// Deletes the instance, if its id was typed to confirm it.
pub(crate) async fn delete(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Done {
    let who = &posted.who;
    let instance = find(&console, who, &id)?;
    let typed = posted.fields.get("confirm").map_or("", |text| text.trim());
    if typed != instance.id().to_string() {
        let asked = Asked { delete_refused: true, ..Asked::default() };
        let page = overview::page(&console, who, &instance, asked).await;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response());
    }
    let id = instance.id();
    drop(instance);
    console.fleet.delete(id).await.map_err(|error| who.failed(&error))?;
    Ok(Redirect::to("/console?notice=deleted").into_response())
}

fn back(id: &str, notice: Option<&str>) -> Response {
    let query = notice.map_or(String::new(), |notice| format!("?notice={notice}"));
    Redirect::to(&format!("/console/instances/{id}{query}")).into_response()
}
