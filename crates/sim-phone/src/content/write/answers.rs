//! What people choose from buttons and lists.

use buffa::MessageField;
use serde::Deserialize;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::buttons_response_message::{Response, Type};
use waproto::whatsapp::message::interactive_response_message::{
    self, InteractiveResponseMessage as Reply, NativeFlowResponseMessage,
};
use waproto::whatsapp::message::list_response_message::{ListType, SingleSelectReply};

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ButtonsResponse {
    selected_id: String,
    text: String,
}

impl ButtonsResponse {
    pub(super) fn write(self) -> wa::Message {
        let response = wa::message::ButtonsResponseMessage {
            selected_button_id: Some(self.selected_id),
            r#type: Some(Type::DISPLAY_TEXT),
            response: Some(Response::SelectedDisplayText(self.text)),
            ..Default::default()
        };
        let response = MessageField::some(response);
        wa::Message { buttons_response_message: response, ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ListResponse {
    selected_id: String,
    text: String,
    description: Option<String>,
}

impl ListResponse {
    pub(super) fn write(self) -> wa::Message {
        let selected = SingleSelectReply { selected_row_id: Some(self.selected_id) };
        let response = wa::message::ListResponseMessage {
            title: Some(self.text),
            description: self.description,
            list_type: Some(ListType::SINGLE_SELECT),
            single_select_reply: MessageField::some(selected),
            ..Default::default()
        };
        let response = MessageField::some(response);
        wa::Message { list_response_message: response, ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct TemplateReply {
    selected_id: String,
    text: String,
    selected_index: Option<u32>,
}

impl TemplateReply {
    pub(super) fn write(self) -> wa::Message {
        let reply = wa::message::TemplateButtonReplyMessage {
            selected_id: Some(self.selected_id),
            selected_display_text: Some(self.text),
            selected_index: self.selected_index,
            ..Default::default()
        };
        let reply = MessageField::some(reply);
        wa::Message { template_button_reply_message: reply, ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct InteractiveReply {
    text: String,
    name: String,
    params: String,
}

impl InteractiveReply {
    pub(super) fn write(self) -> wa::Message {
        let flow = NativeFlowResponseMessage {
            name: Some(self.name),
            params_json: Some(self.params),
            version: Some(1),
        };
        let body =
            interactive_response_message::Body { text: Some(self.text), ..Default::default() };
        let reply = wa::message::InteractiveResponseMessage {
            body: MessageField::some(body),
            interactive_response_message: Some(Reply::NativeFlowResponseMessage(Box::new(flow))),
            ..Default::default()
        };
        let reply = MessageField::some(reply);
        wa::Message { interactive_response_message: reply, ..Default::default() }
    }
}
