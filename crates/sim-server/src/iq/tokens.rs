//! Tokens of trust: a device says whom its account trusts, and they are told. Clients put
//! what they were told into their messages; this network lets everybody write to everybody,
//! so nobody looks at it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::IqError;
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::error::Error;
use crate::keys::random_bytes;
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

const KIND: &str = "trusted_contact";

/// Takes note of whom the account trusts now.
pub(super) async fn issue(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let tokens = iq.get_optional_child("tokens").ok_or(IqError::BAD_REQUEST)?;
    session.reply(iq, Vec::new());
    for token in tokens.nodes() {
        let Some(cell) = token.jid("jid").and_then(|jid| session.server.directory.account_of(&jid))
        else {
            continue;
        };
        let bytes = token_for(&session.cell, &cell)?;
        let since = token.number("t").unwrap_or_else(unix_seconds);
        let stanza = notification(&session.cell, since, bytes);
        let mut account = cell.lock().await;
        cell.deliver_to_companions(&mut account, 0, &stanza);
    }
    Ok(())
}

/// Always the same for the same two accounts.
fn token_for(cell: &AccountCell, trusted: &AccountCell) -> Result<Vec<u8>, Error> {
    let mut mac =
        Hmac::<sha2::Sha256>::new_from_slice(&cell.primary.identity()).map_err(Error::crypto)?;
    mac.update(trusted.lid.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

fn notification(by: &AccountCell, since: u64, bytes: Vec<u8>) -> Node {
    let token = NodeBuilder::new("token")
        .attr("type", KIND)
        .attr("t", since.to_string())
        .bytes(bytes)
        .build();
    let id = u64::from_be_bytes(random_bytes());
    NodeBuilder::new("notification")
        .attr("from", by.jid(false, 0))
        .attr("sender_lid", Jid::lid(by.lid.as_str()))
        .attr("type", "privacy_token")
        .attr("id", id.to_string())
        .attr("t", unix_seconds().to_string())
        .children([NodeBuilder::new("tokens").children([token]).build()])
        .build()
}
