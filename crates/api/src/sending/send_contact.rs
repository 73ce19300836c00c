use serde_json::json;
use siskin_model::message::{Command, Typing};
use siskin_model::{ChatId, MessageId};

use super::vcard::Contact;
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{chat, object, quoted, request, required, typing};

request! {
    /// A contact.
    pub(crate) struct SendContact {
        chat: ChatId = chat(),
        contact: Contact = required("contact", object(), "Who it is."),
        quoted: Option<MessageId> = quoted(),
        typing: Option<Typing> = typing(),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendContact) -> Answer {
    let SendContact { chat, contact, quoted, typing } = request;
    sending.accept(Envelope { chat, quoted, typing }, Command::Contact(contact.card())).await
}

pub(crate) fn describe() -> Description {
    describe_sending().does_not_take(json!({"contact": {"firstName": "Ann"}}))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::Content;

    #[tokio::test]
    async fn a_contact_is_sent_as_a_card() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        for phone in [json!(15_550_100_004_u64), json!("15550100004")] {
            let contact = json!({"phoneContact": phone, "firstName": "Cy", "lastName": "Example"});
            let body = json!({"chatId": BOB, "contact": contact});
            instance.accepted("sendContact", &body).await;
            let (_, said) = instance.sent(&session).await;
            let Content::Contact(card) = said.content else { panic!("{said:?}") };
            assert_eq!(card.display_name, "Cy Example");
            assert!(card.vcard.contains("waid=15550100004:+15550100004"));
        }
    }

    #[tokio::test]
    async fn a_short_number_is_sent_without_a_link_to_a_chat() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        for phone in [json!(112), json!("911"), json!("12345")] {
            let contact = json!({"phoneContact": phone, "firstName": "Emergency"});
            let body = json!({"chatId": BOB, "contact": contact});
            instance.accepted("sendContact", &body).await;
            let (_, said) = instance.sent(&session).await;
            let Content::Contact(card) = said.content else { panic!("{said:?}") };
            let digits = phone.as_str().map_or_else(|| phone.to_string(), str::to_owned);
            assert!(card.vcard.contains(&format!("TEL;type=CELL:{digits}\n")), "{}", card.vcard);
            assert!(!card.vcard.contains("waid"), "{}", card.vcard);
        }
    }

    #[tokio::test]
    async fn a_contact_needs_a_number_and_a_name() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for (contact, detail) in [
            (json!({"firstName": "Cy"}), "'contact.phoneContact' is required"),
            (
                json!({"phoneContact": "+15550100004", "firstName": "Cy"}),
                "Wrong format. 'contact.phoneContact' must contain only digits",
            ),
            (
                json!({"phoneContact": "15550100004", "firstName": ""}),
                "'contact' must contain at least one of [firstName, middleName, lastName, company]",
            ),
            (
                json!({"phoneContact": "15550100004", "firstName": " "}),
                "'contact' must contain at least one of [firstName, middleName, lastName, company]",
            ),
            (json!("Cy"), "'contact' must be of type object"),
        ] {
            let body = json!({"chatId": BOB, "contact": contact});
            validation(&instance.post("sendContact", &body).await, detail);
        }
        let answer = instance.post("sendContact", &json!({"chatId": BOB})).await;
        validation(&answer, "'contact' is required");
        instance.nothing_waits().await;
    }
}
