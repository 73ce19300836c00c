use siskin_fleet::port::InboxEvent;
use siskin_model::{MessageId, UnixMillis};
use wacore::types::events::{DecryptFailMode, UndecryptableMessage};

use super::place::Place;
use crate::addresses::Addresses;

/// A message that cannot be decrypted. What its writer marked as not worth showing then,
/// such as a reaction, is not told.
pub(super) async fn translate(
    message: &UndecryptableMessage,
    addresses: &Addresses,
) -> Option<InboxEvent> {
    if message.decrypt_fail_mode == DecryptFailMode::Hide {
        return None;
    }
    let info = &message.info;
    let place = Place::of(info, &addresses.own()?, addresses).await?;
    Some(InboxEvent::Undecryptable {
        chat: place.chat,
        sender: place.sender,
        from_me: info.source.is_from_me,
        id: MessageId::from_text(info.id.as_str()),
        at: UnixMillis(info.timestamp.timestamp_millis()),
        push_name: info.push_name.clone(),
    })
}
