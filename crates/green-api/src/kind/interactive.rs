//! `interactiveButtons`, whose buttons copy, call or open, and `interactiveButtonsReply`, whose
//! buttons answer.

use serde_json::{Value, json};
use siskin_model::message::{
    InteractiveAction, InteractiveButton, InteractiveButtons, InteractiveButtonsReply,
};

use super::{Context, Kind, Members, member, members};

impl Kind for InteractiveButtons {
    fn type_message(&self) -> &'static str {
        "interactiveButtons"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        member("interactiveButtons", shown(self))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        members(shown(self))
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}

fn shown(message: &InteractiveButtons) -> Value {
    json!({
        "titleText": message.title_text,
        "contentText": message.content_text,
        "footerText": message.footer_text,
        "buttons": buttons(&message.buttons),
    })
}

impl Kind for InteractiveButtonsReply {
    fn type_message(&self) -> &'static str {
        "interactiveButtonsReply"
    }

    /// The vendor's samples name the member differently for the two directions.
    fn notification(&self, context: &Context<'_>) -> Members {
        match context.direction.is_outgoing() {
            true => member("interactiveButtons", shown_reply(self)),
            false => member("interactiveButtonsReply", shown_reply(self)),
        }
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        members(shown_reply(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("interactiveButtonsReply", shown_reply(self))
    }
}

fn shown_reply(message: &InteractiveButtonsReply) -> Value {
    json!({
        "titleText": message.title_text,
        "contentText": message.content_text,
        "footerText": message.footer_text,
        "buttons": buttons(&message.buttons),
    })
}

fn buttons(buttons: &[InteractiveButton]) -> Vec<Value> {
    buttons.iter().map(button).collect()
}

fn button(button: &InteractiveButton) -> Value {
    let mut shown = match &button.action {
        InteractiveAction::Copy { copy_code } => json!({ "type": "copy", "copyCode": copy_code }),
        InteractiveAction::Call { phone_number } => {
            json!({ "type": "call", "phoneNumber": phone_number })
        }
        InteractiveAction::Url { url } => json!({ "type": "url", "url": url }),
        InteractiveAction::Reply => json!({ "type": "reply" }),
    };
    shown["buttonId"] = button.button_id.as_str().into();
    shown["buttonText"] = button.button_text.as_str().into();
    shown
}
