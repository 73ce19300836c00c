use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;
use siskin_fleet::{ChangeError, Instance};

use super::overview::{Head, head, title};
use super::settings_form::{Group, Values, changes, groups};
use super::{find, notice};
use crate::frame::Frame;
use crate::problem::Problem;
use crate::region::render;
use crate::shared::Shared;
use crate::signed_in::{Posted, SignedIn};

#[derive(Deserialize)]
pub(crate) struct Announced {
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    page: Frame,
    head: Head,
    groups: Vec<Group>,
    failed: bool,
}

/// The settings of an instance.
pub(crate) async fn show(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Query(announced): Query<Announced>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let instance = find(&console, &who, &id)?;
    let groups = groups(who.visitor.t, &Values::of(&instance.settings()), None);
    let notice = notice(announced.notice.as_deref());
    Ok(Html(page(&who, &instance, groups, false, notice)).into_response())
}

/// Saves them, all or nothing.
pub(crate) async fn save(
    State(console): State<Shared>,
    Path(id): Path<String>,
    posted: Posted,
) -> Result<Response, Problem> {
    let who = &posted.who;
    let instance = find(&console, who, &id)?;
    match instance.change_settings(&changes(&posted.fields)).await {
        Ok(_) => {
            let address = format!("/console/instances/{id}/settings?notice=saved");
            Ok(Redirect::to(&address).into_response())
        }
        Err(ChangeError::Invalid(error)) => {
            let values = Values::posted(&posted.fields);
            let groups = groups(who.visitor.t, &values, Some(&error));
            let page = Html(page(who, &instance, groups, true, None));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(ChangeError::Store(error)) => Err(who.failed(&error)),
    }
}

fn page(
    who: &SignedIn,
    instance: &Instance,
    groups: Vec<Group>,
    failed: bool,
    notice: Option<&'static str>,
) -> String {
    let t = who.visitor.t;
    let link = instance.link().borrow().clone();
    let head = Head { notice, ..head(t, instance, &link, true) };
    let page = who.frame(title(t, instance));
    render(&SettingsPage { page, head, groups, failed })
}
