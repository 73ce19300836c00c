//! The pages of the console about instances.

mod actions;
mod chat_actions;
mod create;
mod list;
mod overview;
mod settings;
mod settings_form;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use siskin_fleet::Instance;

use crate::problem::{Kind, Problem};
use crate::shared::Shared;
use crate::signed_in::SignedIn;

/// What can be announced at the top of a page after something was done: the only words that
/// `?notice=` takes.
const NOTICES: [(&str, &str); 5] = [
    ("saved", "notice.saved"),
    ("rebooted", "notice.rebooted"),
    ("loggedout", "notice.loggedout"),
    ("rotated", "notice.rotated"),
    ("deleted", "notice.deleted"),
];

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/console", get(list::show))
        .route("/console/events", get(list::events))
        .route("/console/new", get(create::ask).post(create::create))
        .route("/console/instances/{id}", get(overview::show))
        .route("/console/instances/{id}/events", get(overview::events))
        .route("/console/instances/{id}/welcome", get(create::welcome))
        .route("/console/instances/{id}/settings", get(settings::show).post(settings::save))
        .route("/console/instances/{id}/chat/text", post(chat_actions::send_text))
        .route("/console/instances/{id}/chat/read", post(chat_actions::mark_read))
        .route("/console/instances/{id}/chat/typing", post(chat_actions::show_typing))
        .route("/console/instances/{id}/pairing-code", post(actions::pairing_code))
        .route("/console/instances/{id}/logout", post(actions::logout))
        .route("/console/instances/{id}/reboot", post(actions::reboot))
        .route("/console/instances/{id}/token", post(actions::rotate_token))
        .route("/console/instances/{id}/delete", post(actions::delete))
}

/// The instance that a path names.
pub(crate) fn find(console: &Shared, who: &SignedIn, id: &str) -> Result<Arc<Instance>, Problem> {
    let found = id.parse().ok().and_then(|id| console.fleet.get(id));
    found.ok_or_else(|| who.problem(Kind::NotFound))
}

fn notice(word: Option<&str>) -> Option<&'static str> {
    let word = word?;
    NOTICES.iter().find(|(known, _)| *known == word).map(|(_, key)| *key)
}
