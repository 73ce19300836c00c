use siskin_fleet::port::{InboxEvent, Refused};
use siskin_model::{MessageId, UnixMillis};
use wacore::types::events::ServerAck;
use wacore_binary::{Jid, JidExt as _};

/// WhatsApp's server has taken a message of ours, or refused it.
pub(super) fn translate(ack: &ServerAck) -> Option<InboxEvent> {
    let at = ack.timestamp.map_or_else(wacore::time::now_millis, |at| at.timestamp_millis());
    let refused = ack.error.as_deref().map(|code| refused(code, ack.from.as_ref()));
    let id = MessageId::from_text(ack.id.as_str());
    Some(InboxEvent::Acknowledged { id, at: UnixMillis(at), refused })
}

/// What a code of refusal means (engine, `client/node_io.rs` and `protocol/nack.rs`).
fn refused(code: &str, chat: Option<&Jid>) -> Refused {
    let is_group = chat.is_some_and(|chat| chat.is_group());
    match code {
        "463" => Refused::Restricted(code.to_owned()),
        "401" | "403" | "404" | "420" if is_group => Refused::NotInGroup,
        "404" => Refused::NoAccount,
        code => Refused::Other(code.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_code_means_something_else_for_a_group_than_for_a_person() {
        let person: Jid = "15550100002@s.whatsapp.net".parse().unwrap();
        let group: Jid = "120363000000000001@g.us".parse().unwrap();
        assert_eq!(refused("404", Some(&person)), Refused::NoAccount);
        assert_eq!(refused("404", Some(&group)), Refused::NotInGroup);
        assert_eq!(refused("403", Some(&group)), Refused::NotInGroup);
        assert_eq!(refused("479", Some(&group)), Refused::Other("479".to_owned()));
        assert!(matches!(refused("463", Some(&person)), Refused::Restricted(_)));
    }

    #[test]
    fn an_acknowledgement_has_the_servers_time() {
        let at = wacore::time::from_secs(1_780_000_000).unwrap();
        let ack = ServerAck::builder().id("3EB0".to_owned()).timestamp(at).build();
        let expected = InboxEvent::Acknowledged {
            id: MessageId::from_text("3EB0"),
            at: UnixMillis(1_780_000_000_000),
            refused: None,
        };
        assert_eq!(translate(&ack), Some(expected));
    }
}
