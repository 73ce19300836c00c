//! Peer messages: what a linked device asks its own phone, encrypted end to end.

use wacore_binary::Node;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;

use crate::connection::LinkedSession;
use crate::error::Error;
use crate::node::NodeExt as _;

/// Whether a message goes from a device to its own phone.
pub(crate) fn is_for_own_phone(session: &LinkedSession, message: &Node) -> bool {
    let own = message.jid("to").is_some_and(|to| {
        let account = session.sim.account_of(&to);
        to.device == 0 && account.is_some_and(|cell| cell.phone == session.cell.phone)
    });
    own && message.text("category") == "peer"
}

/// The phone reads the message and does what it asks. What it cannot do is counted.
pub(crate) async fn receive(session: &LinkedSession, message: &Node) -> Result<(), Error> {
    let mut account = session.cell.lock().await;
    let Some(enc) = message.get_optional_child("enc") else {
        return Ok(());
    };
    let opened = account.open(session.device, &enc.text("type"), enc.content()).await;
    session.cell.mark_changed();
    match opened.as_ref().map(asked) {
        Ok(Some(Type::APP_STATE_SYNC_KEY_REQUEST)) => {
            session.sim.share_again(&session.cell, &mut account, session.device).await
        }
        Ok(Some(other)) => {
            session.sim.counters().unknown(&format!("peer message {other:?}"));
            Ok(())
        }
        Ok(None) => {
            session.sim.counters().unknown("peer message (no request)");
            Ok(())
        }
        Err(error) => {
            tracing::warn!(%error, "a phone cannot read what its device sent");
            session.sim.counters().unknown("peer message (unreadable)");
            Ok(())
        }
    }
}

fn asked(message: &wa::Message) -> Option<Type> {
    message.protocol_message.as_option().and_then(|protocol| protocol.r#type)
}
