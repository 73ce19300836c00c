use askama::Template;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use siskin_model::{Link, PairingCode, Qr, Reason, UnixMillis};

use super::{Stage, Widget, masked};
use crate::region::{Region, render};
use crate::texts::Texts;
use crate::{assets, moment};

/// How long a pairing code lives, for the share of it that is left (WhatsApp's own bound).
const CODE_LIFE_MILLIS: u64 = 180_000;

/// A pairing code that could not be had, and what was typed.
#[derive(Default, Clone)]
pub(crate) struct CodeError {
    /// The key of the text; `None`: nothing went wrong.
    pub text: Option<&'static str>,
    /// What to leave in the field.
    pub typed: String,
}

/// The panel as it is put into a page.
#[derive(Template)]
#[template(path = "panel.html")]
struct Panel<'a> {
    w: &'a Widget,
    stage: Region,
}

#[derive(Template)]
#[template(path = "linking.html")]
struct Linking<'a> {
    w: &'a Widget,
    status: &'static str,
    phone_first: bool,
    picture: Region,
    code: Region,
}

#[derive(Template)]
#[template(path = "say.html")]
struct Say<'a> {
    w: &'a Widget,
    stage: Stage,
    until: Option<String>,
    who: Option<Who>,
    actions: Vec<super::stage::Action>,
}

struct Who {
    number: String,
    name: String,
}

#[derive(Template)]
#[template(path = "picture.html")]
struct PictureTemplate<'a> {
    w: &'a Widget,
    assets: &'static str,
    picture: Option<Picture>,
    failed: bool,
}

struct Picture {
    svg: String,
    text: String,
    left: u128,
    life: u128,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodeTemplate<'a> {
    w: &'a Widget,
    code: Option<Code>,
    error: Option<&'static str>,
    typed: String,
}

struct Code {
    code: String,
    first: String,
    second: String,
    phone: String,
    left: u128,
    life: u128,
    clock: String,
}

/// The panel for a page that is rendered as a whole.
pub(crate) fn panel(w: &Widget, link: &Link, now: UnixMillis, error: CodeError) -> String {
    let stage = Stage::of(link, w.was_unlinked);
    let region = stage_region(w, stage, link, now, error);
    render(&Panel { w, stage: region })
}

/// Every region of the panel as it is now, outermost first. `None`: the instance is gone.
pub(crate) fn regions(w: &Widget, link: Option<&Link>, now: UnixMillis) -> Vec<Region> {
    let Some(link) = link else {
        return vec![say(w, Stage::Gone, &Link::asleep(now))];
    };
    let stage = Stage::of(link, w.was_unlinked);
    let mut regions = vec![stage_region(w, stage, link, now, CodeError::default())];
    if stage == Stage::Linking {
        regions.push(picture_region(w, link, now));
        regions.push(code_region(w, link.pairing_code.as_ref(), now, CodeError::default()));
    }
    regions
}

/// What the live region says.
pub(crate) fn status(t: Texts, stage: Stage, link: &Link) -> &'static str {
    t.say(stage.status(link))
}

/// The form for the number again, with what was wrong.
pub(crate) fn code_form(w: &Widget, error: CodeError) -> Region {
    code_region(w, None, UnixMillis(0), error)
}

fn stage_region(
    w: &Widget,
    stage: Stage,
    link: &Link,
    now: UnixMillis,
    error: CodeError,
) -> Region {
    if stage != Stage::Linking {
        return say(w, stage, link);
    }
    let code = link.pairing_code.as_ref();
    let content = Linking {
        w,
        status: stage.status(link),
        phone_first: error.text.is_some() || code.is_some(),
        picture: picture_region(w, link, now),
        code: code_region(w, code, now, error),
    };
    Region::new("stage", stage.heading(), &content)
}

fn say(w: &Widget, stage: Stage, link: &Link) -> Region {
    let linked = matches!(stage, Stage::Linked | Stage::AlreadyLinked | Stage::Reconnecting);
    let who = link.account.as_ref().filter(|_| linked).map(|account| Who {
        number: masked(account.phone.digits()),
        name: account.push_name.clone(),
    });
    let until = match stage {
        Stage::Suspended(Some(until)) => {
            let time = moment::html(until);
            Some(w.t.with_html("stage.suspended_until", &[("time", &time)]))
        }
        _ => None,
    };
    let key = format!("{} {}", stage.text(), who.as_ref().map_or("", |who| who.name.as_str()));
    let actions = stage.actions(link.has_keys());
    Region::new("stage", key, &Say { w, stage, until, who, actions })
}

fn picture_region(w: &Widget, link: &Link, now: UnixMillis) -> Region {
    let picture = link.qr().and_then(|qr| picture(qr, now));
    let failed = link.reason == Some(Reason::PairingFailed);
    let key = match link.qr() {
        Some(qr) => format!("{} {failed}", qr.expires.0),
        None => format!("waiting {failed}"),
    };
    let content = PictureTemplate { w, assets: assets::folder(), picture, failed };
    Region::new("picture", key, &content)
}

fn picture(qr: &Qr, now: UnixMillis) -> Option<Picture> {
    let svg = siskin_qr::svg(&qr.text)
        .inspect_err(|error| tracing::error!(%error, "a code has no picture"))
        .ok()?;
    Some(Picture {
        svg: BASE64_STANDARD.encode(svg),
        text: qr.text.clone(),
        left: now.until(qr.expires).as_millis(),
        life: qr.issued.until(qr.expires).as_millis().max(1),
    })
}

fn code_region(
    w: &Widget,
    code: Option<&PairingCode>,
    now: UnixMillis,
    error: CodeError,
) -> Region {
    let key = match (code, error.text) {
        (Some(code), _) => code.expires.0.to_string(),
        (None, Some(error)) => format!("{error} {}", error_nonce()),
        (None, None) => "none".to_owned(),
    };
    let code = code.map(|code| pairing_code(code, now));
    let content = CodeTemplate { w, code, error: error.text, typed: error.typed };
    Region::new("code", key, &content)
}

fn pairing_code(code: &PairingCode, now: UnixMillis) -> Code {
    let (first, second) = code.code.split_at_checked(4).unwrap_or((&code.code, ""));
    let left = now.until(code.expires);
    let seconds = left.as_secs();
    Code {
        first: first.to_owned(),
        second: second.to_owned(),
        phone: format!("+{}", code.phone),
        left: left.as_millis(),
        life: left.as_millis().max(CODE_LIFE_MILLIS.into()),
        clock: format!("{}:{:02}", seconds / 60, seconds % 60),
        code: code.code.clone(),
    }
}

/// Tells the same mistake made twice apart, so that it is announced twice.
fn error_nonce() -> u64 {
    rand::random()
}
