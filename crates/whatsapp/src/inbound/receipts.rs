use siskin_fleet::port::InboxEvent;
use siskin_model::{MessageId, MessageStatus, UnixMillis};
use wacore::types::events::Receipt;
use wacore::types::presence::ReceiptType;
use wacore_binary::JidExt as _;

use crate::addresses::Addresses;
use crate::jid::chat_of;

/// Messages of the account reached somebody or were read; or somebody else's were read on
/// another device of the account.
pub(super) async fn translate(receipt: &Receipt, addresses: &Addresses) -> Option<InboxEvent> {
    let source = &receipt.source;
    if source.chat.is_broadcast_list() || source.chat.is_status_broadcast() {
        return None;
    }
    let ids: Vec<MessageId> =
        receipt.message_ids.iter().map(|id| MessageId::from_text(id.as_str())).collect();
    let chat = addresses.address(&source.chat, source.sender_alt.as_ref()).await?;
    let status = match &receipt.r#type {
        ReceiptType::Delivered => MessageStatus::Delivered,
        ReceiptType::Read | ReceiptType::Played => MessageStatus::Read,
        ReceiptType::ReadSelf | ReceiptType::PlayedSelf => {
            return Some(InboxEvent::ReadElsewhere { chat, ids });
        }
        _ => return None,
    };
    // The account's own devices confirm what they get, too.
    let sender = chat_of(&source.sender)?;
    if addresses.own().is_some_and(|own| own.is(&sender)) {
        return None;
    }
    let at = UnixMillis(receipt.timestamp.timestamp_millis());
    Some(InboxEvent::Receipt { chat, ids, status, at })
}
