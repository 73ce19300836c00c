use std::ops::RangeInclusive;

use siskin_model::message::{Command, List, Row, Section};

use super::buttons::{LONGEST_ID, id_schema};
use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, list, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// How many sections, and rows of a section: more than WhatsApp ever showed.
const MOST: RangeInclusive<usize> = 1..=100;

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let message = List {
        content_text: reader.text("message", LONGEST_TEXT),
        title: reader.optional_text("title", LONGEST_TEXT),
        footer: reader.optional_text("footer", LONGEST_TEXT),
        button_text: reader.text("buttonText", LONGEST_TEXT),
        sections: reader.objects("sections", MOST, section),
    };
    let quoted = reader.quoted();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing: None }))?;
    sending.accept(members, envelope, Command::List(message)).await
}

fn section(reader: &mut Reader<'_>) -> Section {
    let title = reader.text("title", LONGEST_TEXT);
    let rows = reader.objects("rows", MOST, |reader| {
        let row_id = reader.text_or_integer("rowId", LONGEST_ID);
        let title = reader.text("title", LONGEST_TEXT);
        let description = reader.optional_text("description", LONGEST_TEXT);
        Row { title, row_id, description: Some(description).filter(|text| !text.is_empty()) }
    });
    Section { title, rows }
}

pub(crate) fn describe() -> Description {
    let row = Shape::new()
        .required("rowId", id_schema())
        .required("title", text("Its title.", LONGEST_TEXT))
        .optional("description", text("Its hint.", LONGEST_TEXT));
    let section = Shape::new()
        .required("title", text("Its title.", LONGEST_TEXT))
        .required("rows", list("Its rows.", MOST, row.done()));
    let body = Shape::new()
        .chat()
        .required("message", text("The text.", LONGEST_TEXT))
        .optional("title", text("The title.", LONGEST_TEXT))
        .optional("footer", text("The small text below.", LONGEST_TEXT))
        .required("buttonText", text("The label of what opens the list.", LONGEST_TEXT))
        .required("sections", list("The sections.", MOST, section.done()))
        .quoted();
    describe_sending("A text with a list to choose from.", body)
        .refuses("Validation failed. Details: 'sections' is required")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::Content;

    #[tokio::test]
    async fn a_list_is_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let sections = json!([{"title": "Morning", "rows": [{"rowId": "s1", "title": "09:00"},
            {"rowId": "s2", "title": "10:00", "description": "last one"}]}]);
        let body = json!({"chatId": BOB, "message": "Choose", "title": "Slots",
            "buttonText": "Open", "sections": sections});
        instance.accepted("sendListMessage", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::List(sent) = said.content else { panic!("{said:?}") };
        assert_eq!((sent.title.as_str(), sent.button_text.as_str()), ("Slots", "Open"));
        assert_eq!(json!(sent.sections), sections);
    }

    #[tokio::test]
    async fn bad_lists_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"chatId": BOB, "message": "?", "sections": [{"rows": [{}]}]});
        let detail = "'buttonText' is required, 'sections[0].title' is required, \
                      'sections[0].rows[0].rowId' is required, \
                      'sections[0].rows[0].title' is required";
        validation(&instance.post("sendListMessage", &body).await, detail);
        instance.nothing_waits().await;
    }
}
