//! `buttonsMessage` and `buttonsResponseMessage`: buttons as they were before the interactive
//! ones.

use siskin_model::Content;
use siskin_model::MessageId;
use siskin_model::message::{Button, Buttons, ButtonsResponse};
use wa::message::ButtonsMessage;
use wa::message::buttons_message::button::{ButtonText, Type};
use wa::message::buttons_message::{Button as WireButton, HeaderType};
use wa::message::buttons_response_message::Response;
use waproto::whatsapp as wa;

use super::context::stanza_id;
use super::kind::Kind;
use super::media::{some_text, text};

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let message = message.buttons_message.as_option()?;
        Some(Content::Buttons(Buttons {
            content_text: text(&message.content_text),
            footer: text(&message.footer_text),
            buttons: message.buttons.iter().map(button).collect(),
        }))
    },
    context: |message| message.buttons_message.as_option()?.context_info.as_option(),
};

/// A pressed button names the message that it belongs to among its own members, not as a
/// quote.
pub(super) const RESPONSE: Kind = Kind {
    read: |message, _| {
        let response = message.buttons_response_message.as_option()?;
        let context = response.context_info.as_option();
        let Some(Response::SelectedDisplayText(label)) = &response.response else {
            return Some(Content::ButtonsResponse(pressed(
                context,
                &response.selected_button_id,
                "",
            )));
        };
        Some(Content::ButtonsResponse(pressed(context, &response.selected_button_id, label)))
    },
    context: |_| None,
};

fn pressed(context: Option<&wa::ContextInfo>, id: &Option<String>, label: &str) -> ButtonsResponse {
    ButtonsResponse {
        stanza_id: MessageId::from_text(context.and_then(stanza_id).unwrap_or_default()),
        selected_button_id: text(id),
        selected_button_text: label.to_owned(),
    }
}

fn button(button: &WireButton) -> Button {
    let label = button.button_text.as_option().map(|label| text(&label.display_text));
    Button { button_id: text(&button.button_id), button_text: label.unwrap_or_default() }
}

pub(super) fn build(buttons: &Buttons) -> wa::Message {
    let wire = buttons.buttons.iter().map(|button| WireButton {
        button_id: Some(button.button_id.clone()),
        button_text: buffa::MessageField::some(ButtonText {
            display_text: Some(button.button_text.clone()),
        }),
        r#type: Some(Type::Response),
        ..Default::default()
    });
    let message = ButtonsMessage {
        content_text: Some(buttons.content_text.clone()),
        footer_text: some_text(&buttons.footer),
        buttons: wire.collect(),
        header_type: Some(HeaderType::Empty),
        ..Default::default()
    };
    wa::Message { buttons_message: buffa::MessageField::some(message), ..Default::default() }
}
