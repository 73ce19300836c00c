//! Who can read a message. The engine sends one that it could encrypt for the account's own
//! devices only, and says that it did (`send/mod.rs`): nobody else will ever read that.

use siskin_fleet::SendError;
use siskin_model::ChatId;
use wacore::store::traits::ProtocolStore as _;
use wacore_binary::{Jid, Node};
use whatsapp_rust::ErrorChainExt as _;

use super::failure;
use crate::inbound::Own;
use crate::jid::{chat_of, jid_of};
use crate::session::EngineSession;

impl EngineSession {
    /// Refuses a message for a person none of whose devices can be given a key to read it.
    pub(super) async fn require_readers(&self, chat: &ChatId, own: &Own) -> Result<(), SendError> {
        if chat.is_group() || own.is(chat) || self.has_readers(chat).await? {
            return Ok(());
        }
        Err(self.unreadable(chat).await)
    }

    /// Whether a person has a device that can be given a key.
    async fn has_readers(&self, person: &ChatId) -> Result<bool, SendError> {
        let signal = self.client.signal();
        let devices = self.devices(person).await?;
        match signal.assert_sessions(&devices).await {
            // WhatsApp knows none of these devices any more.
            Err(error) if error.server_rejection().is_some_and(|it| is_unknown(it.code)) => {
                return Ok(false);
            }
            asserted => asserted.map_err(|error| failure::of(&error, person))?,
        }
        for device in &devices {
            let has_session = signal.validate_session(device).await;
            if has_session.map_err(|error| failure::of(&error, person))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The devices of a person; where WhatsApp lists none, the one that everybody has.
    async fn devices(&self, person: &ChatId) -> Result<Vec<Jid>, SendError> {
        let jid = jid_of(person);
        let listed = self.client.signal().get_user_devices(std::slice::from_ref(&jid)).await;
        let listed = listed.map_err(|error| failure::of(&error, person))?;
        Ok(if listed.is_empty() { vec![jid] } else { listed })
    }

    /// Whether a LID is somebody's. WhatsApp has no question for that: it knows the devices of
    /// an account that there is.
    pub(super) async fn lid_has_account(&self, lid: &ChatId) -> Result<bool, SendError> {
        let jid = jid_of(lid);
        let listed = self.client.signal().get_user_devices(&[jid]).await;
        let listed = listed.map_err(|error| failure::of(&error, lid))?;
        Ok(!listed.is_empty() || self.has_readers(lid).await?)
    }

    /// Why nobody can read a message: there is no account, or it has no keys.
    pub(super) async fn unreadable(&self, chat: &ChatId) -> SendError {
        if chat.is_group() {
            return SendError::Impossible(
                "no device of the group's members could be given a key to read it".to_owned(),
            );
        }
        self.lookups.forget(chat);
        match self.ask_account(chat).await {
            Ok(account) if account.as_ref().is_none_or(|account| !account.names(chat)) => {
                SendError::NoAccount
            }
            Err(SendError::Offline) => SendError::Offline,
            Ok(_) | Err(_) => SendError::Impossible(
                "no device of the receiver could be given a key to read it".to_owned(),
            ),
        }
    }

    /// Whether any device of others has the account's key for a group. Without one, nobody
    /// there can read what is encrypted with it.
    pub(super) async fn has_shared_key(&self, group: &ChatId, own: &Own) -> bool {
        let devices = self.keys.store.get_sender_key_devices(&jid_of(group).to_string()).await;
        match devices {
            Ok(devices) => devices.iter().any(|(device, has_key)| {
                *has_key && device.parse().is_ok_and(|device: Jid| !is_own(&device, own))
            }),
            Err(error) => {
                // Nothing speaks against it.
                tracing::warn!(instance = %self.keys.instance, %error, "keys are not listed");
                true
            }
        }
    }

    /// Notes that nobody has the account's key for a group: the engine takes whoever was meant
    /// to get it for having it (`send/group.rs`), until that device asks for it.
    pub(super) async fn forget_shared_key(&self, group: &ChatId) {
        let group = jid_of(group).to_string();
        if let Err(error) = self.keys.store.clear_sender_key_devices(&group).await {
            tracing::warn!(instance = %self.keys.instance, %error, "keys are not forgotten");
        }
    }

    /// Whether a group has members beside the account.
    pub(super) async fn has_other_members(&self, group: &ChatId, own: &Own) -> bool {
        let info = self.client.groups().query_info(&jid_of(group)).await;
        info.is_ok_and(|info| info.participants.iter().any(|member| !is_own(member, own)))
    }
}

/// Whether a message is encrypted for a device of somebody else's. `None`: it names no devices.
pub(super) fn names_others(node: &Node, own: &Own) -> Option<bool> {
    let node = node.as_node_ref();
    let participants = node.get_optional_child("participants")?;
    let devices = participants.children().unwrap_or_default();
    let mut devices = devices.iter().filter_map(|device| device.attrs().optional_jid("jid"));
    Some(devices.any(|device| !is_own(&device, own)))
}

fn is_own(device: &Jid, own: &Own) -> bool {
    chat_of(&device.to_non_ad()).is_none_or(|person| own.is(&person))
}

/// The codes by which WhatsApp says that it does not know a device.
fn is_unknown(code: u16) -> bool {
    matches!(code, 404 | 406)
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
        let own = Own {
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
