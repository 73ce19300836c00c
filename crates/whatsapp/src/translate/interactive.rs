//! `interactiveButtons`, `interactiveButtonsReply`, and what people press in them. WhatsApp
//! calls such buttons "native flow"; what they do stands in a JSON text each.

use serde_json::{Value, json};
use siskin_model::message::{
    InteractiveAction, InteractiveButton, InteractiveButtons, InteractiveButtonsReply,
    TemplateReply, Unsupported,
};
use siskin_model::{Content, MessageId};
use wa::message::InteractiveMessage;
use wa::message::interactive_message::native_flow_message::NativeFlowButton;
use wa::message::interactive_message::{
    Body, Footer, Header, InteractiveMessage as Payload, NativeFlowMessage,
};
use wa::message::interactive_response_message::InteractiveResponseMessage as Response;
use waproto::whatsapp as wa;

use super::context::stanza_id;
use super::kind::Kind;
use super::media::{some_text, text};

pub(super) const KIND: Kind = Kind {
    read: |message, _| read(message.interactive_message.as_option()?),
    context: |message| message.interactive_message.as_option()?.context_info.as_option(),
};

/// The vendor knows one kind of answer to such buttons: that of templates.
pub(super) const RESPONSE: Kind = Kind {
    read: |message, _| {
        let response = message.interactive_response_message.as_option()?;
        let target = response.context_info.as_option().and_then(stanza_id).unwrap_or_default();
        let label = response.body.as_option().map(|body| text(&body.text)).unwrap_or_default();
        let parameters = match &response.interactive_response_message {
            Some(Response::NativeFlowResponseMessage(flow)) => parameters(&flow.params_json),
            None => Value::Null,
        };
        Some(Content::TemplateReply(TemplateReply {
            stanza_id: MessageId::from_text(target),
            selected_index: 0,
            selected_id: member(&parameters, "id"),
            selected_display_text: label,
        }))
    },
    context: |_| None,
};

pub(super) fn read(message: &InteractiveMessage) -> Option<Content> {
    let content_text = message.body.as_option().map(|body| text(&body.text)).unwrap_or_default();
    let buttons = match &message.interactive_message {
        Some(Payload::NativeFlowMessage(flow)) => flow.buttons.iter().zip(1..),
        _ => [].iter().zip(1..),
    };
    let buttons: Vec<InteractiveButton> =
        buttons.filter_map(|(button, position)| read_button(button, position)).collect();
    if buttons.is_empty() {
        let kind = "interactiveMessage".to_owned();
        return Some(Content::Unsupported(Unsupported { kind, text: content_text }));
    }
    let title_text = message.header.as_option().map(|header| text(&header.title));
    let title_text = title_text.unwrap_or_default();
    let footer_text = message.footer.as_option().map(|footer| text(&footer.text));
    let footer_text = footer_text.unwrap_or_default();
    let only_replies = buttons.iter().all(|button| button.action == InteractiveAction::Reply);
    Some(if only_replies {
        Content::InteractiveButtonsReply(InteractiveButtonsReply {
            title_text,
            content_text,
            footer_text,
            buttons,
        })
    } else {
        Content::InteractiveButtons(InteractiveButtons {
            title_text,
            content_text,
            footer_text,
            buttons,
        })
    })
}

fn read_button(button: &NativeFlowButton, position: u32) -> Option<InteractiveButton> {
    let parameters = parameters(&button.button_params_json);
    let action = match button.name.as_deref()? {
        "cta_copy" => InteractiveAction::Copy { copy_code: member(&parameters, "copy_code") },
        "cta_call" => InteractiveAction::Call { phone_number: member(&parameters, "phone_number") },
        "cta_url" => InteractiveAction::Url { url: member(&parameters, "url") },
        "quick_reply" => InteractiveAction::Reply,
        _ => return None,
    };
    let id = Some(member(&parameters, "id")).filter(|id| !id.is_empty());
    Some(InteractiveButton {
        action,
        button_id: id.unwrap_or_else(|| position.to_string()),
        button_text: member(&parameters, "display_text"),
    })
}

fn parameters(text: &Option<String>) -> Value {
    text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default()
}

fn member(parameters: &Value, name: &str) -> String {
    match parameters.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

pub(super) fn build(
    title: &str,
    content: &str,
    footer: &str,
    buttons: &[InteractiveButton],
) -> wa::Message {
    let header = some_text(title).map(|title| Header {
        title: Some(title),
        has_media_attachment: Some(false),
        ..Default::default()
    });
    let footer = some_text(footer).map(|text| Footer { text: Some(text), ..Default::default() });
    let flow = NativeFlowMessage {
        buttons: buttons.iter().map(wire_button).collect(),
        message_params_json: Some(String::new()),
        message_version: Some(1),
    };
    let message = InteractiveMessage {
        header: header.map(buffa::MessageField::some).unwrap_or_default(),
        body: buffa::MessageField::some(Body { text: Some(content.to_owned()) }),
        footer: footer.map(buffa::MessageField::some).unwrap_or_default(),
        interactive_message: Some(Payload::NativeFlowMessage(Box::new(flow))),
        ..Default::default()
    };
    wa::Message { interactive_message: buffa::MessageField::some(message), ..Default::default() }
}

fn wire_button(button: &InteractiveButton) -> NativeFlowButton {
    let mut parameters = json!({ "display_text": button.button_text, "id": button.button_id });
    let name = match &button.action {
        InteractiveAction::Copy { copy_code } => {
            parameters["copy_code"] = copy_code.as_str().into();
            "cta_copy"
        }
        InteractiveAction::Call { phone_number } => {
            parameters["phone_number"] = phone_number.as_str().into();
            "cta_call"
        }
        InteractiveAction::Url { url } => {
            parameters["url"] = url.as_str().into();
            parameters["merchant_url"] = url.as_str().into();
            "cta_url"
        }
        InteractiveAction::Reply => "quick_reply",
    };
    NativeFlowButton {
        name: Some(name.to_owned()),
        button_params_json: Some(parameters.to_string()),
    }
}
