//! Requests of clients, by namespace. What is not listed here is answered with an error
//! and counted, so that a missing feature is loud.

mod app_state;
mod devices;
mod groups;
mod link_code;
mod media;
mod passive;
mod prekeys;
mod settings;
mod tokens;
mod usync;

use wacore_binary::Node;

use crate::error::Error;
use crate::node::{NodeExt as _, iq_error, iq_result};
use crate::pairing;
use crate::session::{LinkedSession, UnlinkedSession};

/// An error answer: a code and the text that WhatsApp pairs with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IqError {
    code: u16,
    text: &'static str,
}

impl IqError {
    pub(crate) const BAD_REQUEST: Self = Self::new(400, "bad-request");
    pub(crate) const ITEM_NOT_FOUND: Self = Self::new(404, "item-not-found");
    pub(crate) const NOT_ACCEPTABLE: Self = Self::new(406, "not-acceptable");
    pub(crate) const INTERNAL: Self = Self::new(500, "internal-server-error");
    pub(crate) const NOT_IMPLEMENTED: Self = Self::new(501, "feature-not-implemented");

    const fn new(code: u16, text: &'static str) -> Self {
        Self { code, text }
    }
}

impl From<Error> for IqError {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a request failed");
        Self::INTERNAL
    }
}

/// Answers a linked device.
pub(crate) async fn answer(session: &LinkedSession, iq: &Node) {
    let namespace = iq.text("xmlns");
    let child = iq.nodes().first().map_or("", |node| node.tag.as_ref());
    let outcome = match (namespace.as_ref(), iq.text("type").as_ref(), child) {
        ("w:p" | "urn:xmpp:ping", "get", _) => {
            session.reply(iq, Vec::new());
            Ok(())
        }
        ("passive", "set", "active") => passive::active(session, iq).await,
        ("passive", "set", "passive") => passive::passive(session, iq),
        ("encrypt", "get", "count") => prekeys::count(session, iq).await,
        ("encrypt", "get", "digest") => prekeys::digest(session, iq).await,
        ("encrypt", "get", "key") => prekeys::fetch(session, iq).await,
        ("encrypt", "set", "rotate") => prekeys::rotate(session, iq).await,
        ("encrypt", "set", _) => prekeys::upload(session, iq).await,
        ("usync", "get", "usync") => usync::query(session, iq).await,
        ("w:sync:app:state", "set", "sync") => app_state::sync(session, iq).await,
        ("urn:xmpp:whatsapp:dirty", "set", "clean") => {
            session.reply(iq, Vec::new());
            Ok(())
        }
        ("abt", "get", "props") => settings::ab_props(session, iq),
        ("blocklist", "get", _) => settings::blocklist(session, iq),
        ("privacy", "get", "privacy") => settings::privacy(session, iq),
        ("privacy", "set", "tokens") => tokens::issue(session, iq).await,
        // No phone has a picture.
        ("w:profile:picture", "get", "picture") => Err(IqError::ITEM_NOT_FOUND),
        ("w:g2", _, _) => groups::answer(session, iq).await,
        ("w:m", _, "media_conn") => {
            media::connection(session, iq);
            Ok(())
        }
        ("md", "set", "remove-companion-device") => devices::remove(session, iq).await,
        _ => Err(IqError::NOT_IMPLEMENTED),
    };
    if let Err(error) = outcome {
        if error == IqError::NOT_IMPLEMENTED {
            session.server.counters.unknown(&kind(iq));
        }
        session.outbox.send(iq_error(iq, error.code, error.text));
    }
}

/// Answers a client that waits to be linked.
pub(crate) fn answer_unlinked(session: &UnlinkedSession, iq: &Node) {
    let outbox = &session.registration.outbox;
    let child = iq.nodes().first();
    let tag = child.map_or("", |node| node.tag.as_ref());
    let outcome = match (iq.text("xmlns").as_ref(), iq.text("type").as_ref(), tag) {
        ("w:p" | "urn:xmpp:ping", "get", _) => {
            outbox.send(iq_result(iq, Vec::new()));
            Ok(())
        }
        ("md", "set", "link_code_companion_reg") => link_code::answer(session, iq, child),
        ("md", "get", "passkey_request_options") => {
            outbox.send(iq_result(iq, vec![pairing::request_options()]));
            Ok(())
        }
        _ => Err(IqError::NOT_IMPLEMENTED),
    };
    if let Err(error) = outcome {
        if error == IqError::NOT_IMPLEMENTED {
            session.server.counters.unknown(&format!("{} (unlinked)", kind(iq)));
        }
        outbox.send(iq_error(iq, error.code, error.text));
    }
}

/// How unknown requests are told apart: `iq get w:m <media_conn>`.
fn kind(iq: &Node) -> String {
    let child = iq.nodes().first().map_or("", |node| node.tag.as_ref());
    format!("iq {} {} <{child}>", iq.text("type"), iq.text("xmlns"))
}
