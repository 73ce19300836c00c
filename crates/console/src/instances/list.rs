use std::collections::HashMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{Html, IntoResponse, Response};
use futures::stream::{self, StreamExt as _};
use serde::Deserialize;
use siskin_fleet::Instance;
use siskin_model::{InstanceId, Link};
use tokio::sync::watch;

use super::notice;
use crate::event::event;
use crate::frame::Frame;
use crate::instance_regions::state;
use crate::live::{self, Events};
use crate::moment;
use crate::problem::Kind;
use crate::region::{Region, render};
use crate::shared::Shared;
use crate::signed_in::SignedIn;
use crate::streams::Viewer;
use crate::texts::Texts;

const PER_PAGE: usize = 100;
/// From how many instances on a search helps.
const SEARCH_FROM: usize = 8;

/// Which part of the list is shown.
#[derive(Deserialize)]
pub(crate) struct Part {
    #[serde(default)]
    page: usize,
    #[serde(default)]
    q: String,
    notice: Option<String>,
}

#[derive(Template)]
#[template(path = "list.html")]
struct ListPage {
    page: Frame,
    notice: Option<&'static str>,
    query: String,
    searchable: bool,
    total_of_all: usize,
    rows: Vec<Region>,
    range: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    events: String,
}

#[derive(Template)]
#[template(path = "row.html")]
struct Row {
    t: Texts,
    id: InstanceId,
    name: String,
    phone: String,
    state: &'static str,
    severity: &'static str,
    since: String,
}

/// The list of instances.
pub(crate) async fn show(
    State(console): State<Shared>,
    Query(part): Query<Part>,
    who: SignedIn,
) -> Response {
    let t = who.visitor.t;
    let all = console.fleet.list();
    let total_of_all = all.len();
    let found = search(all, &part.q);
    let total = found.len();
    let number = part.page.min(total / PER_PAGE);
    let first = number * PER_PAGE;
    let shown: Vec<_> = found.into_iter().skip(first).take(PER_PAGE).collect();
    let last = first + shown.len();
    let range = (total > PER_PAGE).then(|| range(t, first + 1, last, total));
    let content = ListPage {
        page: who.frame(t.say("list.title")),
        notice: notice(part.notice.as_deref()),
        searchable: total_of_all >= SEARCH_FROM || !part.q.is_empty(),
        total_of_all,
        rows: shown.iter().map(|instance| row(t, instance, &instance.link().borrow())).collect(),
        range,
        previous: number.checked_sub(1).map(|page| address("", page, &part.q)),
        next: (last < total).then(|| address("", number + 1, &part.q)),
        events: address("/events", number, &part.q),
        query: part.q,
    };
    Html(render(&content)).into_response()
}

/// Keeps the rows of one page in step.
pub(crate) async fn events(
    State(console): State<Shared>,
    Query(part): Query<Part>,
    who: SignedIn,
) -> Response {
    let viewer = Viewer::Session(who.cookie.clone());
    let Some(place) = console.streams.enter(viewer) else {
        return who.problem(Kind::Busy).into_response();
    };
    let t = who.visitor.t;
    let shown = search(console.fleet.list(), &part.q);
    let rows = shown.into_iter().skip(part.page.saturating_mul(PER_PAGE)).take(PER_PAGE);
    let shared = console.clone();
    let all: Events = stream::select_all(rows.map(|instance| changes(&instance)))
        .filter_map(move |(id, link)| {
            // Holds the page's place for as long as the stream lives.
            let _ = &place;
            let allowed = shared.sessions.find(&who.cookie, shared.now()).is_some();
            let row = shared.fleet.get(id).map(|instance| row(t, &instance, &link));
            async move { row.filter(|_| allowed).and_then(|row| event("region", &row)) }
        })
        .boxed();
    live::answer(&console, all)
}

/// The links of one instance: the present one, then each new one.
fn changes(instance: &Instance) -> stream::BoxStream<'static, (InstanceId, Link)> {
    let id = instance.id();
    let mut receiver: watch::Receiver<Link> = instance.link();
    receiver.mark_changed();
    stream::unfold(receiver, move |mut receiver| async move {
        receiver.changed().await.ok()?;
        let link = receiver.borrow_and_update().clone();
        Some(((id, link), receiver))
    })
    .boxed()
}

fn search(all: Vec<Arc<Instance>>, query: &str) -> Vec<Arc<Instance>> {
    let query = query.trim().to_lowercase();
    let digits = query.trim_start_matches('+');
    let matches = |instance: &Arc<Instance>| {
        query.is_empty()
            || instance.name().to_lowercase().contains(&query)
            || instance.id().to_string().contains(digits)
            || instance
                .link()
                .borrow()
                .account
                .as_ref()
                .is_some_and(|account| account.phone.digits().contains(digits))
    };
    all.into_iter().filter(matches).collect()
}

fn row(t: Texts, instance: &Instance, link: &Link) -> Region {
    let (state, severity) = state(link);
    let phone = link.account.as_ref().map(|account| format!("+{}", account.phone));
    let phone = phone.unwrap_or_default();
    let key = format!("{state} {} {phone}", link.since.0);
    let content = Row {
        t,
        id: instance.id(),
        name: instance.name().to_owned(),
        phone,
        state,
        severity: severity.class(),
        since: moment::html(link.since),
    };
    Region::new(format!("row-{}", instance.id()), key, &content)
}

fn range(t: Texts, from: usize, to: usize, total: usize) -> String {
    let (from, to, total) = (from.to_string(), to.to_string(), total.to_string());
    t.with_html("list.range", &[("from", &from), ("to", &to), ("total", &total)])
}

fn address(suffix: &str, page: usize, query: &str) -> String {
    let mut fields: HashMap<&str, String> = HashMap::new();
    if page > 0 {
        fields.insert("page", page.to_string());
    }
    if !query.is_empty() {
        fields.insert("q", query.to_owned());
    }
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("/console{suffix}{mark}{query}")
}
