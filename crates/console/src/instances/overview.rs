use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use siskin_fleet::Instance;
use siskin_model::{Account, InstanceId, InstanceState, Link, Reason, StateRecord};

use super::{find, notice, state};
use crate::frame::Frame;
use crate::link::{self, CodeError, Mood};
use crate::live::{self, Access, Watch};
use crate::moment;
use crate::problem::{Kind, Problem};
use crate::region::{Region, render};
use crate::shared::Shared;
use crate::signed_in::SignedIn;
use crate::texts::Texts;

/// How many changes of state the page shows.
const HISTORY: u32 = 12;

#[derive(Deserialize)]
pub(crate) struct Announced {
    pub notice: Option<String>,
}

/// The top of both pages of an instance.
pub(super) struct Head {
    pub id: InstanceId,
    pub name: String,
    pub badge: Region,
    pub notice: Option<&'static str>,
    pub settings: bool,
}

#[derive(Template)]
#[template(path = "instance.html")]
struct InstancePage {
    page: Frame,
    head: Head,
    panel: String,
    facts: Region,
    history: Region,
    token: String,
    qr_page: String,
    delete_refused: bool,
}

#[derive(Template)]
#[template(path = "badge.html")]
struct Badge {
    t: Texts,
    state: &'static str,
    mood: &'static str,
}

#[derive(Template)]
#[template(path = "facts.html")]
struct Facts<'a> {
    t: Texts,
    account: Option<&'a Account>,
    since: String,
    created: String,
    reason: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    t: Texts,
    records: Vec<Record>,
}

struct Record {
    state: &'static str,
    mood: &'static str,
    at: String,
    reason: Option<&'static str>,
}

/// One instance.
pub(crate) async fn show(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Query(announced): Query<Announced>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let instance = find(&console, &who, &id)?;
    let notice = notice(announced.notice.as_deref());
    Ok(Html(page(&console, &who, &instance, notice, false).await).into_response())
}

/// The page of an instance. `delete_refused`: with the dialog open that deletes it.
pub(super) async fn page(
    console: &Shared,
    who: &SignedIn,
    instance: &Instance,
    notice: Option<&'static str>,
    delete_refused: bool,
) -> String {
    let t = who.visitor.t;
    let link = instance.link().borrow().clone();
    let token = instance.token().expose().to_owned();
    let widget = who.widget(instance.id());
    let mut head = head(t, instance, &link, false);
    head.notice = notice;
    let mut page = who.frame(title(t, instance));
    page.path = format!("/console/instances/{}", instance.id()).into();
    render(&InstancePage {
        page,
        panel: link::panel(&widget, &link, console.now(), CodeError::default()),
        facts: facts(t, instance, &link),
        history: history(t, instance).await,
        qr_page: format!("{}/waInstance{}/{token}", who.visitor.base, instance.id()),
        token,
        head,
        delete_refused,
    })
}

/// Keeps the page in step. While it is open, the instance is asked for codes.
pub(crate) async fn events(
    State(console): State<Shared>,
    Path(id): Path<String>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let instance = find(&console, &who, &id)?;
    let access = Access::Session(who.cookie.clone());
    let watch = Watch::start(&console, &instance, access, who.widget(instance.id()));
    let watch = watch.ok_or_else(|| who.problem(Kind::Busy))?;
    Ok(live::answer(&console, watch.events()))
}

/// What the page shows of the instance beside the panel.
pub(crate) async fn regions(t: Texts, instance: &Instance, link: &Link) -> Vec<Region> {
    vec![badge(t, link), facts(t, instance, link), history(t, instance).await]
}

pub(super) fn head(t: Texts, instance: &Instance, link: &Link, settings: bool) -> Head {
    Head {
        id: instance.id(),
        name: instance.name().to_owned(),
        badge: badge(t, link),
        notice: None,
        settings,
    }
}

pub(super) fn title(t: Texts, instance: &Instance) -> String {
    match instance.name() {
        "" => t.say("common.instance").replace("{id}", &instance.id().to_string()),
        name => name.to_owned(),
    }
}

fn badge(t: Texts, link: &Link) -> Region {
    let (state, mood) = state(link);
    Region::new("badge", state, &Badge { t, state, mood: mood.class() })
}

fn facts(t: Texts, instance: &Instance, link: &Link) -> Region {
    let content = Facts {
        t,
        account: link.account.as_ref(),
        since: moment::html(link.since),
        created: moment::html(instance.created()),
        reason: link.reason.map(|reason| t.reason(reason)),
    };
    let html = render(&content);
    Region { name: "facts".to_owned(), key: key_of(&html), html }
}

async fn history(t: Texts, instance: &Instance) -> Region {
    let records = instance.state_history(HISTORY).await.unwrap_or_else(|error| {
        tracing::error!(instance = %instance.id(), %error, "the history cannot be read");
        Vec::new()
    });
    let html = render(&History { t, records: records.iter().map(|r| record(t, r)).collect() });
    Region { name: "history".to_owned(), key: key_of(&html), html }
}

fn record(t: Texts, record: &StateRecord) -> Record {
    let (state, mood) = word(record.state);
    let reason = record.reason.as_deref().and_then(Reason::from_code);
    Record {
        state,
        mood: mood.class(),
        at: moment::html(record.at),
        reason: reason.map(|reason| t.reason(reason)),
    }
}

fn word(state: InstanceState) -> (&'static str, Mood) {
    match state {
        InstanceState::NotAuthorized => ("state.notAuthorized", Mood::Calm),
        InstanceState::Authorized => ("state.authorized", Mood::Good),
        InstanceState::Blocked => ("state.blocked", Mood::Trouble),
        InstanceState::Starting => ("state.starting", Mood::Busy),
        InstanceState::YellowCard => ("state.yellowCard", Mood::Warn),
        InstanceState::Suspended => ("state.suspended", Mood::Warn),
        InstanceState::PasskeyRequired => ("state.passkeyRequired", Mood::Warn),
    }
}

/// A short key for content whose whole text decides whether it has changed.
fn key_of(html: &str) -> String {
    use sha2::{Digest as _, Sha256};
    let hash = Sha256::digest(html);
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
