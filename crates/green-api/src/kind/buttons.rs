//! `buttonsMessage`, and `buttonsResponseMessage`: one of them was pressed.

use serde_json::{Value, json};
use siskin_model::message::{Button, Buttons, ButtonsResponse};

use super::{Context, Kind, Members, member, members};

impl Kind for Buttons {
    fn type_message(&self) -> &'static str {
        "buttonsMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("buttonsMessage", context.forwarded(shown(self)))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        members(shown(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("buttonsMessage", shown(self))
    }
}

fn shown(buttons: &Buttons) -> Value {
    json!({
        "contentText": buttons.content_text,
        "footer": buttons.footer,
        "buttons": buttons.buttons.iter().map(button).collect::<Vec<_>>(),
    })
}

fn button(button: &Button) -> Value {
    json!({ "buttonId": button.button_id, "buttonText": button.button_text })
}

impl Kind for ButtonsResponse {
    fn type_message(&self) -> &'static str {
        "buttonsResponseMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let data = json!({
            "stanzaId": self.stanza_id,
            "selectedButtonId": self.selected_button_id,
            "selectedButtonText": self.selected_button_text,
        });
        member("buttonsResponseMessage", data)
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.selected_button_text.as_str())
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}
