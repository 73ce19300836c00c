//! What the server says about itself and the account's settings: experiment properties,
//! block list, privacy. All are those of an account whose owner changed nothing.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::session::LinkedSession;

/// Seconds after which a client asks for properties again.
const PROPS_REFRESH: &str = "86400";
/// The privacy settings and their defaults.
const PRIVACY: [(&str, &str); 8] = [
    ("last", "all"),
    ("online", "all"),
    ("profile", "all"),
    ("status", "all"),
    ("groupadd", "all"),
    ("readreceipts", "all"),
    ("calladd", "all"),
    ("messages", "all"),
];

/// No experiments.
pub(super) fn ab_props(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let props = NodeBuilder::new("props")
        .attr("protocol", "1")
        .attr("hash", "sim")
        .attr("refresh", PROPS_REFRESH)
        .attr("refresh_id", "1");
    session.reply(iq, vec![props.build()]);
    Ok(())
}

/// Nobody is blocked.
pub(super) fn blocklist(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let list = NodeBuilder::new("list").attr("dhash", "0");
    session.reply(iq, vec![list.build()]);
    Ok(())
}

/// Everything is visible to all.
pub(super) fn privacy(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let categories = PRIVACY.iter().map(|(name, value)| {
        NodeBuilder::new("category").attr("name", *name).attr("value", *value).build()
    });
    let privacy = NodeBuilder::new("privacy").children(categories).build();
    session.reply(iq, vec![privacy]);
    Ok(())
}
