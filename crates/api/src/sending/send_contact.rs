use serde_json::json;
use siskin_model::message::Command;

use super::vcard::Contact;
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, text};
use crate::reader::{LONGEST_TEXT, Reader};

const NAMELESS: &str = "must contain at least one of [firstName, middleName, lastName, company]";

pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let contact = reader.wanted_object("contact", |reader| Contact {
        phone: reader.dialed("phoneContact"),
        first_name: reader.optional_text("firstName", LONGEST_TEXT),
        middle_name: reader.optional_text("middleName", LONGEST_TEXT),
        last_name: reader.optional_text("lastName", LONGEST_TEXT),
        company: reader.optional_text("company", LONGEST_TEXT),
    });
    if contact.as_ref().is_some_and(|contact| !contact.has_name()) {
        reader.problem("contact", NAMELESS);
    }
    let quoted = reader.quoted();
    let typing = reader.typing();
    let envelope = chat.map(|chat| Envelope { chat, quoted, typing });
    let (envelope, contact) = reader.finish(envelope.zip(contact))?;
    sending.accept(members, envelope, Command::Contact(contact.card())).await
}

pub(crate) fn describe() -> Description {
    let contact = Shape::new()
        .required(
            "phoneContact",
            json!({"type": ["integer", "string"], "format": "int64",
            "description": "The number with its country code, digits only, \
            or a short one such as 112."}),
        )
        .optional("firstName", text("The first name.", LONGEST_TEXT))
        .optional("middleName", text("The middle name.", LONGEST_TEXT))
        .optional("lastName", text("The last name.", LONGEST_TEXT))
        .optional("company", text("The company; one of the four is needed.", LONGEST_TEXT));
    let body = Shape::new().chat().required("contact", contact.done()).quoted().typing();
    describe_sending("A contact.", body)
        .refuses("Validation failed. Details: 'contact.phoneContact' is required")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Api, BOB, validation};
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
