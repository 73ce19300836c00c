use askama::Template;
use axum::extract::{Path, Query as Params, State};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use siskin_fleet::Instance;
use siskin_model::{ChatId, InstanceId, Link};

use super::{find, notice};
use crate::chat::{Unsent, chat_of};
use crate::frame::Frame;
use crate::instance_regions::{badge, facts, history};
use crate::link::{self, CodeError};
use crate::live::{self, Access, Watch};
use crate::problem::{Kind, Problem};
use crate::region::{List, Region, render};
use crate::sections::Sections;
use crate::shared::Shared;
use crate::signed_in::SignedIn;
use crate::texts::Texts;

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
    chats: Region,
    notifications: List,
    events: String,
    curl: String,
    token: String,
    qr_page: String,
    delete_refused: bool,
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
    let mut sections = Sections::new(console, who, instance, asked.chat).await;
    let chats = sections.chats(instance, &link, &asked.unsent).await;
    render(&InstancePage {
        page,
        panel: link::panel(&widget, &link, console.now(), CodeError::default()),
        facts: facts(t, instance, &link),
        history: history(t, instance).await,
        chats,
        notifications: sections.notifications(),
        events: match sections.chat() {
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
    let sections = Sections::new(&console, &who, &instance, chat).await;
    let access = Access::Session(who.cookie.clone());
    let watch = Watch::start(&console, &instance, access, who.widget(instance.id()));
    let watch = watch.ok_or_else(|| who.problem(Kind::Busy))?.with_sections(sections);
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
