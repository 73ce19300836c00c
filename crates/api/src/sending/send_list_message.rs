use std::ops::RangeInclusive;

use siskin_model::message::{self, Command, List};
use siskin_model::{ChatId, MessageId};

use super::buttons::{LONGEST_ID, footer};
use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{
    LONGEST_TEXT, chat, id_text, list, object, optional, quoted, request, required, text,
};

/// How many sections, and rows of a section: more than WhatsApp ever showed.
const MOST: RangeInclusive<usize> = 1..=100;

request! {
    /// A text with a list to choose from.
    pub(crate) struct SendListMessage {
        chat: ChatId = chat(),
        content_text: String = required("message", text(LONGEST_TEXT), "The text."),
        title: String = optional("title", text(LONGEST_TEXT), "The title.").or_empty(),
        footer: String = footer(),
        button_text: String =
            required("buttonText", text(LONGEST_TEXT), "The label of what opens the list."),
        sections: Vec<Section> = required("sections", list(MOST, object()), "The sections."),
        quoted: Option<MessageId> = quoted(),
    }
}

request! {
    /// A section of a list.
    pub(crate) struct Section {
        title: String = required("title", text(LONGEST_TEXT), "Its title."),
        rows: Vec<Row> = required("rows", list(MOST, object()), "Its rows."),
    }
}

request! {
    /// A row of a section.
    pub(crate) struct Row {
        row_id: String = required("rowId", id_text(LONGEST_ID), "Its id, unique in the message."),
        title: String = required("title", text(LONGEST_TEXT), "Its title."),
        description: Option<String> = optional("description", text(LONGEST_TEXT), "Its hint."),
    }
}

/// Archived by the vendor. It is sent as asked; what WhatsApp shows of it is its own affair.
pub(crate) async fn handle(sending: Sending, request: SendListMessage) -> Answer {
    let SendListMessage { chat, content_text, title, footer, button_text, sections, quoted } =
        request;
    let sections = sections.into_iter().map(section).collect();
    let message = List { content_text, title, footer, button_text, sections };
    let envelope = Envelope { chat, quoted, typing: None };
    sending.accept(envelope, Command::List(message)).await
}

fn section(section: Section) -> message::Section {
    let row = |row: Row| {
        let Row { row_id, title, description } = row;
        message::Row { title, row_id, description }
    };
    message::Section { title: section.title, rows: section.rows.into_iter().map(row).collect() }
}

pub(crate) fn describe() -> Description {
    describe_sending()
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
