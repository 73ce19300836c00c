use askama::Template;
use axum::extract::{Path, Query as Params, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use siskin_fleet::Instance;
use siskin_model::{Account, ChatId, InstanceId, InstanceState, Link, Reason, StateRecord};

use super::desk::Desk;
use super::{find, notice, state};
use crate::frame::Frame;
use crate::link::{self, CodeError, Mood};
use crate::live::{self, Access, Watch};
use crate::moment;
use crate::problem::{Kind, Problem};
use crate::region::{List, Region, render};
use crate::shared::Shared;
use crate::signed_in::SignedIn;
use crate::talk::{Unsent, chat_of};
use crate::texts::Texts;

/// How many changes of state the page shows.
const HISTORY: u32 = 12;

/// What the address of the page says beside the instance.
#[derive(Deserialize)]
pub(crate) struct Query {
    notice: Option<String>,
    /// The chat to open.
    chat: Option<String>,
    /// A number to write to, as it was typed.
    to: Option<String>,
}

/// What a page is to show beside how the instance stands.
#[derive(Default)]
pub(crate) struct Asked {
    pub notice: Option<&'static str>,
    pub chat: Option<ChatId>,
    pub unsent: Unsent,
    /// Whether the dialog is open that deletes the instance.
    pub delete_refused: bool,
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
    talk: Region,
    notifications: List,
    events: String,
    curl: String,
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
    Params(query): Params<Query>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let instance = find(&console, &who, &id)?;
    let asked = Asked {
        notice: notice(query.notice.as_deref()),
        chat: query.chat(&console, instance.id()).await,
        unsent: Unsent::default(),
        delete_refused: false,
    };
    Ok(Html(page(&console, &who, &instance, asked).await).into_response())
}

impl Query {
    /// The chat to open, by the address under which it is kept.
    async fn chat(&self, console: &Shared, id: InstanceId) -> Option<ChatId> {
        let typed = self.to.as_deref().or(self.chat.as_deref())?;
        let chat = chat_of(typed)?;
        let person = match chat.is_lid() {
            true => console.fleet.store().person(id, &chat).await.ok().flatten(),
            false => None,
        };
        Some(person.map_or(chat, |person| person.id))
    }
}

/// The page with a text in it that could not be sent, and why.
pub(crate) async fn page_with_unsent(
    console: &Shared,
    who: &SignedIn,
    instance: &Instance,
    chat: ChatId,
    unsent: &Unsent,
) -> String {
    let asked = Asked { chat: Some(chat), unsent: unsent.clone(), ..Asked::default() };
    page(console, who, instance, asked).await
}

/// The page of an instance.
pub(super) async fn page(
    console: &Shared,
    who: &SignedIn,
    instance: &Instance,
    asked: Asked,
) -> String {
    let t = who.visitor.t;
    let (id, base) = (instance.id(), &who.visitor.base);
    let link = instance.link().borrow().clone();
    let token = instance.token().expose().to_owned();
    let widget = who.widget(id);
    let mut head = head(t, instance, &link, false);
    head.notice = asked.notice;
    let mut page = who.frame(title(t, instance));
    page.path = format!("/console/instances/{id}").into();
    let mut desk = Desk::new(console, who, instance, asked.chat).await;
    let talk = desk.talk(instance, &link, &asked.unsent).await;
    render(&InstancePage {
        page,
        panel: link::panel(&widget, &link, console.now(), CodeError::default()),
        facts: facts(t, instance, &link),
        history: history(t, instance).await,
        talk,
        notifications: desk.notifications(),
        events: match desk.chat() {
            Some(chat) => format!("/console/instances/{id}/events?chat={chat}"),
            None => format!("/console/instances/{id}/events"),
        },
        curl: format!("curl {base}/waInstance{id}/receiveNotification/$API_TOKEN"),
        qr_page: format!("{base}/waInstance{id}/{token}"),
        token,
        head,
        delete_refused: asked.delete_refused,
    })
}

/// Keeps the page in step. While it is open, the instance is asked for codes.
pub(crate) async fn events(
    State(console): State<Shared>,
    Path(id): Path<String>,
    Params(query): Params<Query>,
    who: SignedIn,
) -> Result<Response, Problem> {
    let instance = find(&console, &who, &id)?;
    let chat = query.chat(&console, instance.id()).await;
    let desk = Desk::new(&console, &who, &instance, chat).await;
    let access = Access::Session(who.cookie.clone());
    let watch = Watch::start(&console, &instance, access, who.widget(instance.id()));
    let watch = watch.ok_or_else(|| who.problem(Kind::Busy))?.with_desk(desk);
    Ok(live::answer(&console, watch.events()))
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

pub(super) fn badge(t: Texts, link: &Link) -> Region {
    let (state, mood) = state(link);
    Region::new("badge", state, &Badge { t, state, mood: mood.class() })
}

pub(super) fn facts(t: Texts, instance: &Instance, link: &Link) -> Region {
    let content = Facts {
        t,
        account: link.account.as_ref(),
        since: moment::html(link.since),
        created: moment::html(instance.created()),
        reason: link.reason.map(|reason| t.reason(reason)),
    };
    Region::of("facts", &content)
}

pub(super) async fn history(t: Texts, instance: &Instance) -> Region {
    let records = instance.state_history(HISTORY).await.unwrap_or_else(|error| {
        tracing::error!(instance = %instance.id(), %error, "the history cannot be read");
        Vec::new()
    });
    Region::of("history", &History { t, records: records.iter().map(|r| record(t, r)).collect() })
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
