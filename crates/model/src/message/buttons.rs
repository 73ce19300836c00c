//! Messages with buttons and lists, and what people press.

use serde::{Deserialize, Serialize};

use super::MessageId;

/// `buttonsMessage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buttons {
    /// The text.
    pub content_text: String,
    /// The small text below.
    pub footer: String,
    /// The buttons.
    pub buttons: Vec<Button>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Button {
    /// Its id.
    pub button_id: String,
    /// Its label.
    pub button_text: String,
}

/// `listMessage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct List {
    /// The text.
    pub content_text: String,
    /// The title.
    pub title: String,
    /// The small text below.
    pub footer: String,
    /// The label of what opens the list.
    pub button_text: String,
    /// The rows, in sections.
    pub sections: Vec<Section>,
}

/// A section of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Its title.
    pub title: String,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Row {
    /// Its title.
    pub title: String,
    /// Its id.
    pub row_id: String,
    /// Its hint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// `templateMessage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// The template's owner; empty where there is none.
    pub namespace: String,
    /// The template's name; empty where there is none.
    pub element_name: String,
    /// The text.
    pub content_text: String,
    /// The title.
    pub title_text: String,
    /// The small text below.
    pub footer: String,
    /// The buttons.
    pub buttons: Vec<TemplateButton>,
}

/// A button of a template: one of the three kinds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateButton {
    /// Its position, from 1.
    pub index: u32,
    /// What it does.
    #[serde(flatten)]
    pub action: TemplateAction,
}

/// What a template's button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TemplateAction {
    /// Opens an address.
    UrlButton {
        /// Its label.
        display_text: String,
        /// The address.
        url: String,
    },
    /// Calls a number.
    CallButton {
        /// Its label.
        display_text: String,
        /// The number.
        phone_number: String,
    },
    /// Answers.
    QuickReplyButton {
        /// Its label.
        display_text: String,
        /// What the answer carries.
        id: String,
    },
}

/// `interactiveButtons`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractiveButtons {
    /// The title.
    pub title_text: String,
    /// The text.
    pub content_text: String,
    /// The small text below.
    pub footer_text: String,
    /// The buttons.
    pub buttons: Vec<InteractiveButton>,
}

/// An interactive button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractiveButton {
    /// What it does.
    #[serde(flatten)]
    pub action: InteractiveAction,
    /// Its id.
    pub button_id: String,
    /// Its label.
    pub button_text: String,
}

/// What an interactive button does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum InteractiveAction {
    /// Copies a code.
    Copy {
        /// The code.
        copy_code: String,
    },
    /// Calls a number.
    Call {
        /// The number.
        phone_number: String,
    },
    /// Opens an address.
    Url {
        /// The address.
        url: String,
    },
    /// Answers.
    Reply,
}

/// `interactiveButtonsReply`: a message whose buttons answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InteractiveButtonsReply {
    /// The title.
    pub title_text: String,
    /// The text.
    pub content_text: String,
    /// The small text below.
    pub footer_text: String,
    /// The buttons; each is of the type `reply`.
    pub buttons: Vec<InteractiveButton>,
}

/// `buttonsResponseMessage`: a button of a [`Buttons`] was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ButtonsResponse {
    /// The message with the buttons.
    pub stanza_id: MessageId,
    /// The button's id.
    pub selected_button_id: String,
    /// The button's label.
    pub selected_button_text: String,
}

/// `templateButtonReplyMessage`: a button of a [`Template`] was pressed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateReply {
    /// The message with the buttons.
    pub stanza_id: MessageId,
    /// The button's position, from 1.
    pub selected_index: u32,
    /// The button's id.
    pub selected_id: String,
    /// The button's label.
    pub selected_display_text: String,
}

/// `listResponseMessage`: a row of a [`List`] was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse {
    /// The message with the list.
    pub stanza_id: MessageId,
    /// The row's title.
    pub title: String,
    /// WhatsApp's kind of list; 1: one row.
    pub list_type: i32,
    /// The row's id.
    pub single_select_reply: String,
}
