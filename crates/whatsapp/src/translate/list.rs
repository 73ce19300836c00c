//! `listMessage` and `listResponseMessage`.

use siskin_model::message::{List, ListResponse, Row, Section};
use siskin_model::{Content, MessageId};
use wa::message::ListMessage;
use wa::message::list_message::{ListType, Row as WireRow, Section as WireSection};
use waproto::whatsapp as wa;

use super::context::stanza_id;
use super::kind::Kind;
use super::media::{some_text, text};

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let list = message.list_message.as_option()?;
        Some(Content::List(List {
            content_text: text(&list.description),
            title: text(&list.title),
            footer: text(&list.footer_text),
            button_text: text(&list.button_text),
            sections: list.sections.iter().map(section).collect(),
        }))
    },
    context: |message| message.list_message.as_option()?.context_info.as_option(),
};

pub(super) const RESPONSE: Kind = Kind {
    read: |message, _| {
        let response = message.list_response_message.as_option()?;
        let target = response.context_info.as_option().and_then(stanza_id).unwrap_or_default();
        let reply = response.single_select_reply.as_option();
        Some(Content::ListResponse(ListResponse {
            stanza_id: MessageId::from_text(target),
            title: text(&response.title),
            list_type: response.list_type.map(|kind| kind as i32).unwrap_or_default(),
            single_select_reply: reply
                .map(|reply| text(&reply.selected_row_id))
                .unwrap_or_default(),
        }))
    },
    context: |_| None,
};

fn section(section: &WireSection) -> Section {
    let rows = section.rows.iter().map(|row| Row {
        title: text(&row.title),
        row_id: text(&row.row_id),
        description: row.description.clone().filter(|hint| !hint.is_empty()),
    });
    Section { title: text(&section.title), rows: rows.collect() }
}

pub(super) fn build(list: &List) -> wa::Message {
    let sections = list.sections.iter().map(|section| WireSection {
        title: Some(section.title.clone()),
        rows: section.rows.iter().map(wire_row).collect(),
    });
    let message = ListMessage {
        title: some_text(&list.title),
        description: Some(list.content_text.clone()),
        button_text: Some(list.button_text.clone()),
        footer_text: some_text(&list.footer),
        list_type: Some(ListType::SingleSelect),
        sections: sections.collect(),
        ..Default::default()
    };
    wa::Message { list_message: buffa::MessageField::some(message), ..Default::default() }
}

fn wire_row(row: &Row) -> WireRow {
    WireRow {
        title: Some(row.title.clone()),
        row_id: Some(row.row_id.clone()),
        description: row.description.clone(),
    }
}
