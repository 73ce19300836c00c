//! Who can read a message. The engine sends one that it could encrypt for the account's own
//! devices only, and says that it did (`send/mod.rs`): nobody else will ever read that.

use siskin_fleet::port::{Contacts as _, SendError};
use siskin_model::ChatId;
use wacore_binary::{Jid, Node};
use whatsapp_rust::Client;

use crate::account::OwnAccount;
use crate::devices;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

/// Refuses a message for a person none of whose devices can be given a key to read it. One who
/// could read lately is believed to be able still: what a message names once it is sent shows
/// whether that is so.
pub(super) async fn require(
    chat: &ChatId,
    own: &OwnAccount,
    session: &EngineSession,
) -> Result<(), SendError> {
    if chat.is_group() || own.is(chat) || session.readers.get(chat).is_some() {
        return Ok(());
    }
    if !devices::can_read(chat, &session.client).await? {
        return Err(why_none(chat, session).await);
    }
    session.readers.put(chat, ());
    Ok(())
}

/// Why nobody can read a message: there is no account, or it has no keys.
pub(super) async fn why_none(chat: &ChatId, session: &EngineSession) -> SendError {
    if chat.is_group() {
        return SendError::Impossible(
            "no device of the group's members could be given a key to read it".to_owned(),
        );
    }
    session.readers.forget(chat);
    session.accounts.forget(chat);
    match session.account(chat).await {
        Ok(account) if account.as_ref().is_none_or(|account| !account.names(chat)) => {
            SendError::NoAccount
        }
        Err(SendError::Offline) => SendError::Offline,
        Ok(_) | Err(_) => SendError::Impossible(
            "no device of the receiver could be given a key to read it".to_owned(),
        ),
    }
}

/// Whether a group has members beside the account.
pub(super) async fn has_other_members(group: &ChatId, own: &OwnAccount, client: &Client) -> bool {
    let info = client.groups().query_info(&jid_of(group)).await;
    info.is_ok_and(|info| info.participants.iter().any(|member| !is_own(member, own)))
}

/// Whether a message is encrypted for a device of somebody else's. `None`: it names no devices.
pub(super) fn names_others(node: &Node, own: &OwnAccount) -> Option<bool> {
    let node = node.as_node_ref();
    let participants = node.get_optional_child("participants")?;
    let devices = participants.children().unwrap_or_default();
    let mut devices = devices.iter().filter_map(|device| device.attrs().optional_jid("jid"));
    Some(devices.any(|device| !is_own(&device, own)))
}

pub(super) fn is_own(device: &Jid, own: &OwnAccount) -> bool {
    chat_of(&device.to_non_ad()).is_none_or(|person| own.is(&person))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use whatsapp_rust::NodeBuilder;

    fn message_for(devices: &[&str]) -> Node {
        let devices = devices.iter().map(|jid| NodeBuilder::new("to").attr("jid", *jid).build());
        let participants = NodeBuilder::new("participants").children(devices).build();
        NodeBuilder::new("message").children([participants]).build()
    }

    #[test]
    fn own_devices_are_nobody_else() {
        let own = OwnAccount {
            phone: ChatId::parse("15550100001@c.us").unwrap(),
            lid: ChatId::parse("100000000000009@lid"),
        };
        let only_own = message_for(&["15550100001:3@s.whatsapp.net", "100000000000009:4@lid"]);
        let both = message_for(&["15550100001:3@s.whatsapp.net", "100000000000001@lid"]);
        assert_eq!(names_others(&only_own, &own), Some(false));
        assert_eq!(names_others(&both, &own), Some(true));
        assert_eq!(names_others(&NodeBuilder::new("message").build(), &own), None);
    }
}
