//! `quotedMessage`: the message that another one answers.

use serde_json::{Map, Value, json};

use super::data::file_members;
use crate::View;
use crate::message::{Content, Forwarding, Quoted};

/// The member: the target, and what it says where the answer carries that.
pub(crate) fn quoted_message(quoted: &Quoted, view: &View<'_>) -> Value {
    let mut data = Map::new();
    data.insert("stanzaId".into(), json!(quoted.id));
    data.insert("participant".into(), json!(view.shown(&quoted.participant)));
    if let Some(content) = &quoted.content {
        data.insert("typeMessage".into(), content.type_message().into());
        data.extend(members(content, view));
    }
    Value::Object(data)
}

/// What a quote shows of a content: less than the content's own notification.
fn members(content: &Content, view: &View<'_>) -> Map<String, Value> {
    let one = |name: &str, value: Value| Map::from_iter([(name.to_owned(), value)]);
    match content {
        Content::Text(text) => one("textMessage", text.text.as_str().into()),
        Content::ExtendedText(text) => one("extendedTextMessage", text.json(Forwarding::default())),
        Content::File(file) => {
            let mut all = file_members(file, view);
            all.remove("fileName");
            all.remove("mimeType");
            all
        }
        Content::Location(location) => one("location", location.json()),
        Content::Contact(card) => one("contact", json!(card)),
        Content::Contacts(cards) => one("contacts", json!(cards)),
        Content::Poll(poll) => one("pollMessageData", poll.json()),
        Content::GroupInvite(invite) => one("groupInviteMessageData", invite.json()),
        Content::Buttons(buttons) => object(json!(buttons)),
        Content::List(list) => object(json!(list)),
        Content::Template(template) => object(json!(template)),
        Content::InteractiveButtons(buttons) => object(json!(buttons)),
        Content::InteractiveButtonsReply(buttons) => object(json!(buttons)),
        Content::ButtonsResponse(response) => {
            one("textMessage", response.selected_button_text.as_str().into())
        }
        Content::TemplateReply(reply) => {
            one("textMessage", reply.selected_display_text.as_str().into())
        }
        Content::ListResponse(response) => one("textMessage", response.title.as_str().into()),
        Content::Unsupported(unsupported) => one("textMessage", unsupported.text.as_str().into()),
        // Nobody can answer these.
        Content::Reaction(_)
        | Content::PollUpdate(_)
        | Content::Edited(_)
        | Content::Deleted(_) => Map::new(),
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        _ => Map::new(),
    }
}
