//! Messages with buttons, as business accounts send them.

use buffa::MessageField;
use serde::Deserialize;
use waproto::whatsapp as wa;
use waproto::whatsapp::hydrated_template_button::{
    HydratedButton, HydratedCallButton, HydratedQuickReplyButton, HydratedURLButton,
};
use waproto::whatsapp::message::buttons_message::{self, Header, HeaderType};
use waproto::whatsapp::message::interactive_message::{
    self, InteractiveMessage as Interaction, NativeFlowMessage, native_flow_message,
};
use waproto::whatsapp::message::list_message::{self, ListType};
use waproto::whatsapp::message::template_message::hydrated_four_row_template::Title;
use waproto::whatsapp::message::template_message::{Format, HydratedFourRowTemplate};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Buttons {
    text: String,
    buttons: Vec<Button>,
    header: Option<String>,
    footer: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Button {
    id: String,
    text: String,
}

impl Buttons {
    pub(super) fn write(self) -> wa::Message {
        let buttons = self.buttons.into_iter().map(|button| buttons_message::Button {
            button_id: Some(button.id),
            button_text: MessageField::some(buttons_message::button::ButtonText {
                display_text: Some(button.text),
            }),
            r#type: Some(buttons_message::button::Type::RESPONSE),
            ..Default::default()
        });
        let kind = if self.header.is_some() { HeaderType::TEXT } else { HeaderType::EMPTY };
        let message = wa::message::ButtonsMessage {
            content_text: Some(self.text),
            footer_text: self.footer,
            buttons: buttons.collect(),
            header_type: Some(kind),
            header: self.header.map(Header::Text),
            ..Default::default()
        };
        wa::Message { buttons_message: MessageField::some(message), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct List {
    text: String,
    button_text: String,
    sections: Vec<Section>,
    title: Option<String>,
    footer: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    title: String,
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    id: String,
    title: String,
    description: Option<String>,
}

impl List {
    pub(super) fn write(self) -> wa::Message {
        let row = |row: Row| list_message::Row {
            row_id: Some(row.id),
            title: Some(row.title),
            description: row.description,
        };
        let sections = self.sections.into_iter().map(|section| list_message::Section {
            title: Some(section.title),
            rows: section.rows.into_iter().map(row).collect(),
        });
        let list = wa::message::ListMessage {
            title: self.title,
            description: Some(self.text),
            button_text: Some(self.button_text),
            footer_text: self.footer,
            list_type: Some(ListType::SINGLE_SELECT),
            sections: sections.collect(),
            ..Default::default()
        };
        wa::Message { list_message: MessageField::some(list), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Template {
    text: String,
    buttons: Vec<TemplateButton>,
    title: Option<String>,
    footer: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
enum TemplateButton {
    QuickReply { text: String, id: String },
    Url { text: String, url: String },
    Call { text: String, phone_number: String },
}

impl From<TemplateButton> for HydratedButton {
    fn from(button: TemplateButton) -> Self {
        match button {
            TemplateButton::QuickReply { text, id } => {
                HydratedQuickReplyButton { display_text: Some(text), id: Some(id) }.into()
            }
            TemplateButton::Url { text, url } => {
                HydratedURLButton { display_text: Some(text), url: Some(url), ..Default::default() }
                    .into()
            }
            TemplateButton::Call { text, phone_number } => {
                HydratedCallButton { display_text: Some(text), phone_number: Some(phone_number) }
                    .into()
            }
        }
    }
}

impl Template {
    pub(super) fn write(self) -> wa::Message {
        let buttons = (1..).zip(self.buttons).map(|(index, button)| wa::HydratedTemplateButton {
            index: Some(index),
            hydrated_button: Some(button.into()),
        });
        let hydrated = HydratedFourRowTemplate {
            hydrated_content_text: Some(self.text),
            hydrated_footer_text: self.footer,
            hydrated_buttons: buttons.collect(),
            title: self.title.map(Title::HydratedTitleText),
            ..Default::default()
        };
        // Clients read either place; phones fill both.
        let message = wa::message::TemplateMessage {
            hydrated_template: MessageField::some(hydrated.clone()),
            format: Some(Format::HydratedFourRowTemplate(Box::new(hydrated))),
            ..Default::default()
        };
        wa::Message { template_message: MessageField::some(message), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Interactive {
    text: String,
    buttons: Vec<FlowButton>,
    title: Option<String>,
    subtitle: Option<String>,
    footer: Option<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FlowButton {
    name: String,
    params: String,
}

impl Interactive {
    pub(super) fn write(self) -> wa::Message {
        let button = |button: FlowButton| native_flow_message::NativeFlowButton {
            name: Some(button.name),
            button_params_json: Some(button.params),
        };
        let flow = NativeFlowMessage {
            buttons: self.buttons.into_iter().map(button).collect(),
            message_version: Some(1),
            ..Default::default()
        };
        let header = interactive_message::Header {
            title: self.title,
            subtitle: self.subtitle,
            has_media_attachment: Some(false),
            ..Default::default()
        };
        let footer = self
            .footer
            .map(|text| interactive_message::Footer { text: Some(text), ..Default::default() });
        let message = wa::message::InteractiveMessage {
            header: MessageField::some(header),
            body: MessageField::some(interactive_message::Body { text: Some(self.text) }),
            footer: footer.map(MessageField::some).unwrap_or_default(),
            interactive_message: Some(Interaction::NativeFlowMessage(Box::new(flow))),
            ..Default::default()
        };
        wa::Message { interactive_message: MessageField::some(message), ..Default::default() }
    }
}
