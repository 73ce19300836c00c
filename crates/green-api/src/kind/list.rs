//! `listMessage`, and `listResponseMessage`: a row of it was chosen.

use serde_json::{Value, json};
use siskin_model::message::{List, ListResponse, Row, Section};

use super::{Context, Kind, Members, member, members};

impl Kind for List {
    fn type_message(&self) -> &'static str {
        "listMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("listMessage", context.forwarded(shown(self)))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        members(shown(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("listMessage", shown(self))
    }
}

fn shown(list: &List) -> Value {
    json!({
        "contentText": list.content_text,
        "title": list.title,
        "footer": list.footer,
        "buttonText": list.button_text,
        "sections": list.sections.iter().map(section).collect::<Vec<_>>(),
    })
}

fn section(section: &Section) -> Value {
    let rows: Vec<_> = section.rows.iter().map(row).collect();
    json!({ "title": section.title, "rows": rows })
}

fn row(row: &Row) -> Value {
    let mut shown = json!({ "title": row.title, "rowId": row.row_id });
    if let Some(description) = &row.description {
        shown["description"] = description.as_str().into();
    }
    shown
}

impl Kind for ListResponse {
    fn type_message(&self) -> &'static str {
        "listResponseMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let data = json!({
            "stanzaId": self.stanza_id,
            "title": self.title,
            "listType": self.list_type,
            "singleSelectReply": self.single_select_reply,
        });
        member("listResponseMessage", data)
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.title.as_str())
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}
