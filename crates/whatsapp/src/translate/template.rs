//! `templateMessage` and `templateButtonsReplyMessage`. A template without buttons is a text.

use siskin_model::message::{Template, TemplateAction, TemplateButton, TemplateReply, Text};
use siskin_model::{Content, MessageId};
use wa::HydratedTemplateButton;
use wa::hydrated_template_button::{
    HydratedButton, HydratedCallButton, HydratedQuickReplyButton, HydratedURLButton,
};
use wa::message::TemplateMessage;
use wa::message::template_message::hydrated_four_row_template::Title;
use wa::message::template_message::{Format, HydratedFourRowTemplate};
use waproto::whatsapp as wa;

use super::context::stanza_id;
use super::interactive;
use super::kind::Kind;
use super::media::{some_text, text};

pub(super) const KIND: Kind = Kind {
    read: |message, _| read(message.template_message.as_option()?, "", ""),
    context: |message| message.template_message.as_option()?.context_info.as_option(),
};

/// The form in which businesses sent templates first.
pub(super) const STRUCTURED: Kind = Kind {
    read: |message, _| {
        let structured = message.highly_structured_message.as_option()?;
        let hydrated = structured.hydrated_hsm.as_option()?;
        read(hydrated, &text(&structured.namespace), &text(&structured.element_name))
    },
    context: |message| {
        let structured = message.highly_structured_message.as_option()?;
        structured.hydrated_hsm.as_option()?.context_info.as_option()
    },
};

pub(super) const REPLY: Kind = Kind {
    read: |message, _| {
        let reply = message.template_button_reply_message.as_option()?;
        let target = reply.context_info.as_option().and_then(stanza_id).unwrap_or_default();
        Some(Content::TemplateReply(TemplateReply {
            stanza_id: MessageId::from_text(target),
            selected_index: reply.selected_index.unwrap_or_default(),
            selected_id: text(&reply.selected_id),
            selected_display_text: text(&reply.selected_display_text),
        }))
    },
    context: |_| None,
};

fn read(message: &TemplateMessage, namespace: &str, element_name: &str) -> Option<Content> {
    if let Some(Format::InteractiveMessageTemplate(template)) = &message.format {
        return interactive::read(template);
    }
    let hydrated = match (&message.format, message.hydrated_template.as_option()) {
        (_, Some(hydrated)) => hydrated,
        (Some(Format::HydratedFourRowTemplate(hydrated)), None) => hydrated,
        _ => return None,
    };
    let content_text = text(&hydrated.hydrated_content_text);
    if hydrated.hydrated_buttons.is_empty() {
        return Some(Content::Text(Text { text: content_text, is_template: true }));
    }
    let buttons = hydrated.hydrated_buttons.iter().zip(1..);
    Some(Content::Template(Template {
        namespace: namespace.to_owned(),
        element_name: element_name.to_owned(),
        content_text,
        title_text: match &hydrated.title {
            Some(Title::HydratedTitleText(title)) => title.clone(),
            _ => String::new(),
        },
        footer: text(&hydrated.hydrated_footer_text),
        buttons: buttons.filter_map(|(button, position)| read_button(button, position)).collect(),
    }))
}

fn read_button(button: &HydratedTemplateButton, position: u32) -> Option<TemplateButton> {
    let action = match button.hydrated_button.as_ref()? {
        HydratedButton::UrlButton(button) => TemplateAction::UrlButton {
            display_text: text(&button.display_text),
            url: text(&button.url),
        },
        HydratedButton::CallButton(button) => TemplateAction::CallButton {
            display_text: text(&button.display_text),
            phone_number: text(&button.phone_number),
        },
        HydratedButton::QuickReplyButton(button) => TemplateAction::QuickReplyButton {
            display_text: text(&button.display_text),
            id: text(&button.id),
        },
    };
    Some(TemplateButton { index: button.index.unwrap_or(position), action })
}

pub(super) fn build(template: &Template) -> wa::Message {
    let hydrated = HydratedFourRowTemplate {
        hydrated_content_text: Some(template.content_text.clone()),
        hydrated_footer_text: some_text(&template.footer),
        hydrated_buttons: template.buttons.iter().map(wire_button).collect(),
        title: some_text(&template.title_text).map(Title::HydratedTitleText),
        ..Default::default()
    };
    let message = TemplateMessage {
        hydrated_template: buffa::MessageField::some(hydrated),
        ..Default::default()
    };
    wa::Message { template_message: buffa::MessageField::some(message), ..Default::default() }
}

fn wire_button(button: &TemplateButton) -> HydratedTemplateButton {
    let action = match button.action.clone() {
        TemplateAction::UrlButton { display_text, url } => {
            HydratedButton::UrlButton(Box::new(HydratedURLButton {
                display_text: Some(display_text),
                url: Some(url),
                ..Default::default()
            }))
        }
        TemplateAction::CallButton { display_text, phone_number } => {
            HydratedButton::CallButton(Box::new(HydratedCallButton {
                display_text: Some(display_text),
                phone_number: Some(phone_number),
            }))
        }
        TemplateAction::QuickReplyButton { display_text, id } => {
            HydratedButton::QuickReplyButton(Box::new(HydratedQuickReplyButton {
                display_text: Some(display_text),
                id: Some(id),
            }))
        }
    };
    HydratedTemplateButton { index: Some(button.index), hydrated_button: Some(action) }
}
