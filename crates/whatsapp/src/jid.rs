//! WhatsApp's addresses and the API's: `…@s.whatsapp.net` is `…@c.us`, the rest is spelled
//! alike. Devices of a person have addresses of their own in the protocol; here they are
//! all the person.

use siskin_model::{Address, ChatId, ChatKind};
use wacore_binary::{Jid, Server};

/// The chat or person that an address names. `None`: something that the API has no word for,
/// such as a channel or a bot.
pub(crate) fn chat_of(jid: &Jid) -> Option<ChatId> {
    let server = match jid.server {
        Server::Pn | Server::Legacy | Server::Hosted => "c.us",
        Server::Lid | Server::HostedLid => "lid",
        Server::Group => "g.us",
        Server::Broadcast => "broadcast",
        _ => return None,
    };
    ChatId::parse(&format!("{}@{server}", jid.user_base()))
}

/// The same, of an address as messages carry it.
pub(crate) fn chat_in(text: &str) -> Option<ChatId> {
    chat_of(&text.parse().ok()?)
}

/// WhatsApp's address of a chat or person.
pub(crate) fn jid_of(chat: &ChatId) -> Jid {
    match chat.kind() {
        ChatKind::Person => Jid::pn(chat.user()),
        ChatKind::Lid => Jid::lid(chat.user()),
        ChatKind::Group => Jid::group(chat.user()),
        ChatKind::Status => Jid::status_broadcast(),
    }
}

/// A person's address with the other one that came along.
pub(crate) fn address_of(jid: &Jid, other: Option<&Jid>) -> Option<Address> {
    let id = chat_of(jid)?;
    // Only a phone number and a LID are two addresses of one person.
    let other = other.and_then(chat_of).filter(|other| is_counterpart(&id, other));
    Some(Address { id, other })
}

fn is_counterpart(one: &ChatId, other: &ChatId) -> bool {
    matches!(
        (one.kind(), other.kind()),
        (ChatKind::Person, ChatKind::Lid) | (ChatKind::Lid, ChatKind::Person)
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_address_is_translated_there_and_back() {
        for (jid, chat) in [
            ("15550100002@s.whatsapp.net", "15550100002@c.us"),
            ("100000000000001@lid", "100000000000001@lid"),
            ("120363000000000001@g.us", "120363000000000001@g.us"),
            ("15550100001-1500000000@g.us", "15550100001-1500000000@g.us"),
            ("status@broadcast", "status@broadcast"),
        ] {
            let parsed = chat_in(jid).unwrap();
            assert_eq!(parsed.as_str(), chat);
            assert_eq!(jid_of(&parsed).to_string(), jid);
        }
    }

    #[test]
    fn a_device_is_the_person() {
        for (jid, chat) in [
            ("15550100002:7@s.whatsapp.net", "15550100002@c.us"),
            ("15550100002:99@hosted", "15550100002@c.us"),
            ("100000000000001:3@lid", "100000000000001@lid"),
            ("100000000000001:99@hosted.lid", "100000000000001@lid"),
        ] {
            assert_eq!(chat_in(jid).unwrap().as_str(), chat, "{jid}");
        }
    }

    #[test]
    fn what_the_api_has_no_word_for_is_left_out() {
        for jid in ["120363000000000009@newsletter", "867051314767696@bot", "", "@", "x@y@z"] {
            assert_eq!(chat_in(jid), None, "{jid}");
        }
    }

    #[test]
    fn only_a_number_and_a_lid_belong_together() {
        let jid = |text: &str| text.parse::<Jid>().unwrap();
        let phone = jid("15550100002@s.whatsapp.net");
        let address = address_of(&phone, Some(&jid("100000000000001:2@lid"))).unwrap();
        assert_eq!(address.other.unwrap().as_str(), "100000000000001@lid");
        assert_eq!(address_of(&phone, Some(&phone)).unwrap().other, None);
    }
}
