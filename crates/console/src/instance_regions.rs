//! How an instance stands, as regions of its page.

use askama::Template;
use siskin_fleet::Instance;
use siskin_model::{Account, InstanceState, Link, Phase, Reason, StateRecord};

use crate::link::{Mood, Stage};
use crate::moment;
use crate::region::Region;
use crate::texts::Texts;

/// How many changes of state the page shows.
const HISTORY: u32 = 12;

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

pub(crate) fn badge(t: Texts, link: &Link) -> Region {
    let (state, mood) = state(link);
    Region::new("badge", state, &Badge { t, state, mood: mood.class() })
}

pub(crate) fn facts(t: Texts, instance: &Instance, link: &Link) -> Region {
    let content = Facts {
        t,
        account: link.account.as_ref(),
        since: moment::html(link.since),
        created: moment::html(instance.created()),
        reason: link.reason.map(|reason| t.reason(reason)),
    };
    Region::of("facts", &content)
}

pub(crate) async fn history(t: Texts, instance: &Instance) -> Region {
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

/// The key of the words for where a link is, and how that feels.
pub(crate) fn state(link: &Link) -> (&'static str, Mood) {
    // A code that does not come for a reason is no mere waiting.
    let hindered = !matches!(Stage::of(link, false), Stage::Linking | Stage::Starting);
    match link.phase {
        Phase::Waking | Phase::Starting if hindered => ("state.stale", Mood::Warn),
        Phase::Asleep => ("state.asleep", Mood::Calm),
        Phase::Waking => ("state.waking", Mood::Busy),
        Phase::AwaitingScan(_) => ("state.awaitingScan", Mood::Busy),
        Phase::Pairing => ("state.pairing", Mood::Busy),
        Phase::PasskeyRequired => ("state.passkeyRequired", Mood::Warn),
        Phase::Starting => ("state.starting", Mood::Busy),
        Phase::Online => ("state.online", Mood::Good),
        Phase::Reconnecting => ("state.reconnecting", Mood::Warn),
        Phase::Suspended { .. } => ("state.suspended", Mood::Warn),
        Phase::Blocked => ("state.blocked", Mood::Trouble),
        Phase::Stale => ("state.stale", Mood::Warn),
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
