//! How an instance stands, as regions of its page.

use askama::Template;
use siskin_fleet::Instance;
use siskin_model::{Account, InstanceState, Link, Phase, Reason, StateRecord};

use crate::link::{Severity, Stage};
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
    severity: &'static str,
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
    severity: &'static str,
    at: String,
    reason: Option<&'static str>,
}

pub(crate) fn badge(t: Texts, link: &Link) -> Region {
    let (state, severity) = state(link);
    Region::new("badge", state, &Badge { t, state, severity: severity.class() })
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
    let (state, severity) = word(record.state);
    let reason = record.reason.as_deref().and_then(Reason::from_code);
    Record {
        state,
        severity: severity.class(),
        at: moment::html(record.at),
        reason: reason.map(|reason| t.reason(reason)),
    }
}

/// The key of the words for where a link is, and how good or bad that is.
pub(crate) fn state(link: &Link) -> (&'static str, Severity) {
    // A code that does not come for a reason is no mere waiting.
    let hindered = !matches!(Stage::of(link, false), Stage::Linking | Stage::Starting);
    match link.phase {
        Phase::Waking | Phase::Starting if hindered => ("state.stale", Severity::Warn),
        Phase::Asleep => ("state.asleep", Severity::Calm),
        Phase::Waking => ("state.waking", Severity::Busy),
        Phase::AwaitingScan(_) => ("state.awaitingScan", Severity::Busy),
        Phase::Pairing => ("state.pairing", Severity::Busy),
        Phase::PasskeyRequired => ("state.passkeyRequired", Severity::Warn),
        Phase::Starting => ("state.starting", Severity::Busy),
        Phase::Online => ("state.online", Severity::Good),
        Phase::Reconnecting => ("state.reconnecting", Severity::Warn),
        Phase::Suspended { .. } => ("state.suspended", Severity::Warn),
        Phase::Blocked => ("state.blocked", Severity::Trouble),
        Phase::Stale => ("state.stale", Severity::Warn),
    }
}

fn word(state: InstanceState) -> (&'static str, Severity) {
    match state {
        InstanceState::NotAuthorized => ("state.notAuthorized", Severity::Calm),
        InstanceState::Authorized => ("state.authorized", Severity::Good),
        InstanceState::Blocked => ("state.blocked", Severity::Trouble),
        InstanceState::Starting => ("state.starting", Severity::Busy),
        InstanceState::YellowCard => ("state.yellowCard", Severity::Warn),
        InstanceState::Suspended => ("state.suspended", Severity::Warn),
        InstanceState::PasskeyRequired => ("state.passkeyRequired", Severity::Warn),
    }
}
