use siskin_model::Address;
use wacore::types::message::MessageInfo;
use wacore_binary::{Jid, JidExt as _};

use crate::account::OwnAccount;
use crate::addresses::Addresses;

/// Where a message belongs.
pub(super) struct Place {
    pub(super) chat: Address,
    pub(super) sender: Address,
}

impl Place {
    /// The chat and the writer of a message. `None`: statuses and channels, which are not
    /// told yet.
    pub(super) async fn of(
        info: &MessageInfo,
        own: &OwnAccount,
        addresses: &Addresses,
    ) -> Option<Self> {
        let source = &info.source;
        let is_list = source.chat.is_broadcast_list();
        if source.chat.is_status_broadcast() || (is_list && source.is_from_me) {
            return None;
        }
        let sender = if source.is_from_me {
            own.address()
        } else {
            addresses.address(&source.sender, source.sender_alt.as_ref()).await?
        };
        // A message to a list of people is in each one's own chat with the writer.
        let chat = if is_list || is_same_person(&source.chat, &source.sender, source.is_from_me) {
            sender.clone()
        } else {
            // Of what the phone sends, only this attribute has the receiver's number.
            let other = source.recipient_alt.as_ref().or(info.peer_recipient_pn.as_ref());
            addresses.address(&source.chat, other).await?
        };
        Some(Self { chat, sender })
    }
}

fn is_same_person(chat: &Jid, sender: &Jid, from_me: bool) -> bool {
    !from_me && chat.is_same_user_as(sender)
}
