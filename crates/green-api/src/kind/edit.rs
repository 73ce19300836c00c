//! `editedMessage`: an earlier message has another text now.

use serde_json::json;
use siskin_model::message::Edited;

use super::{Context, Kind, Members, member};
use crate::Settings;

impl Kind for Edited {
    fn type_message(&self) -> &'static str {
        "editedMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let data = json!({ name(self): self.text, "stanzaId": self.target });
        member("editedMessageData", data)
    }

    fn row(&self, _: &Context<'_>) -> Members {
        let mut row = member(name(self), self.text.as_str());
        row.insert("editedMessageId".into(), json!(self.target));
        row
    }

    fn is_wanted(&self, settings: &Settings) -> bool {
        settings.edited_message_webhook.is_yes()
    }
}

fn name(edited: &Edited) -> &'static str {
    if edited.is_caption { "caption" } else { "textMessage" }
}
