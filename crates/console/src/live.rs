//! The event streams that keep pages in step.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::stream::{self, Stream, StreamExt as _};
use serde::Serialize;
use siskin_fleet::{Instance, QrViewer};
use siskin_model::{InstanceId, Link, Phase};
use tokio::sync::watch;

use crate::event::event;
use crate::link::{self, Stage, Widget};
use crate::region::Region;
use crate::sections::Sections;
use crate::shared::Shared;
use crate::streams::{StreamPlace, Viewer};

/// How often a stream says that it is still there: proxies drop silent ones after a minute.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// A stream of events for one page.
pub(crate) type Events = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// What the page may see, checked again before everything it is sent.
#[derive(Clone)]
pub(crate) enum Access {
    /// By the token of the instance.
    Token(String),
    /// By a session of the console.
    Session(String),
}

/// One instance, watched for one page.
pub(crate) struct Watch {
    console: Shared,
    id: InstanceId,
    access: Access,
    widget: Widget,
    /// What the page shows beside the panel, in the console.
    sections: Option<Sections>,
    link: watch::Receiver<Link>,
    first: bool,
    over: bool,
    sent: HashMap<String, String>,
    _viewer: QrViewer,
    _place: StreamPlace,
}

#[derive(Serialize)]
struct Status {
    text: &'static str,
    severity: String,
}

/// Answers a request with events, until the gateway stops.
pub(crate) fn answer(console: &Shared, events: Events) -> Response {
    let stopping = console.fleet.stopping();
    let events =
        events.map(Ok::<_, Infallible>).take_until(async move { stopping.cancelled().await });
    Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response()
}

impl Watch {
    /// Starts watching. While the page's stream is open, the instance is asked for codes.
    /// `None`: too many pages are live.
    pub fn start(
        console: &Shared,
        instance: &Instance,
        access: Access,
        widget: Widget,
    ) -> Option<Self> {
        let id = instance.id();
        let viewer = match &access {
            Access::Token(_) => Viewer::Token(id),
            Access::Session(cookie) => Viewer::Session(cookie.clone()),
        };
        Some(Self {
            _place: console.streams.enter(viewer)?,
            console: console.clone(),
            id,
            sections: None,
            access,
            widget,
            link: instance.link(),
            first: true,
            over: false,
            sent: HashMap::new(),
            _viewer: instance.view_qr(),
        })
    }

    /// With what the page shows beside the panel.
    pub fn with_sections(self, sections: Sections) -> Self {
        Self { sections: Some(sections), ..self }
    }

    /// The events, each as soon as there is something new.
    pub fn events(self) -> Events {
        stream::unfold(self, |mut watch| async move {
            let events = watch.next().await?;
            Some((stream::iter(events), watch))
        })
        .flatten()
        .boxed()
    }

    async fn next(&mut self) -> Option<Vec<Event>> {
        if self.over {
            return None;
        }
        let there = std::mem::take(&mut self.first) || self.changed().await;
        let instance = self.console.fleet.get(self.id).filter(|_| there);
        let Some(instance) = instance else {
            self.over = true;
            let gone = link::regions(&self.widget, None, self.console.now());
            return Some(
                self.unsent(gone).chain([Event::default().event("end").data("")]).collect(),
            );
        };
        if !self.is_allowed(&instance) {
            self.over = true;
            return Some(vec![Event::default().event("reload").data("")]);
        }
        let link = self.link.borrow_and_update().clone();
        self.widget.was_unlinked |= matches!(
            link.phase,
            Phase::Asleep | Phase::Waking | Phase::AwaitingScan(_) | Phase::Pairing
        );
        let mut regions = link::regions(&self.widget, Some(&link), self.console.now());
        let mut lists = Vec::new();
        if let Some(sections) = &mut self.sections {
            regions.extend(sections.regions(&instance, &link, self.sent.get("chats")).await);
            lists = sections.lists(&instance, &link).await;
        }
        let status = self.status(&link);
        Some(self.unsent(regions).chain(status).chain(lists).collect())
    }

    /// Waits for something new. `false`: the instance is gone.
    async fn changed(&mut self) -> bool {
        match &mut self.sections {
            None => self.link.changed().await.is_ok(),
            Some(sections) => tokio::select! {
                changed = self.link.changed() => changed.is_ok(),
                () = sections.changed() => true,
            },
        }
    }

    /// Events for the regions that the page does not have yet.
    fn unsent(&mut self, regions: Vec<Region>) -> impl Iterator<Item = Event> + use<> {
        let mut events = Vec::new();
        for region in regions {
            if self.sent.get(&region.name) != Some(&region.key) {
                events.extend(event("region", &region));
                self.sent.insert(region.name, region.key);
            }
        }
        events.into_iter()
    }

    fn status(&self, link: &Link) -> Option<Event> {
        let stage = Stage::of(link, self.widget.was_unlinked);
        let text = link::status(self.widget.t, stage, link);
        event("status", &Status { text, severity: stage.severity().class().to_owned() })
    }

    fn is_allowed(&self, instance: &Instance) -> bool {
        match &self.access {
            Access::Token(token) => instance.token().matches(token),
            Access::Session(cookie) => {
                self.console.sessions.find(cookie, self.console.now()).is_some()
            }
        }
    }
}
