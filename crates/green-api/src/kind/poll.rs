//! `pollMessage`: a question with answers to choose from.

use serde_json::{Value, json};
use siskin_model::message::Poll;

use super::{Context, Kind, Members, member};
use crate::Settings;

impl Kind for Poll {
    fn type_message(&self) -> &'static str {
        "pollMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let options = self.options.iter().map(|option| json!({ "optionName": option }));
        let data = json!({
            "name": self.name,
            "options": options.collect::<Vec<Value>>(),
            "multipleAnswers": self.multiple_answers,
        });
        member("pollMessageData", data)
    }

    fn quoted(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }

    fn is_wanted(&self, settings: &Settings) -> bool {
        settings.poll_message_webhook.is_yes()
    }
}
