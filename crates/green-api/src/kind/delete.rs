//! `deletedMessage`: an earlier message was taken back.

use serde_json::json;
use siskin_model::message::Deleted;

use super::{Context, Kind, Members, member};
use crate::Settings;

impl Kind for Deleted {
    fn type_message(&self) -> &'static str {
        "deletedMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        member("deletedMessageData", json!({ "stanzaId": self.target }))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("deletedMessageId", json!(self.target))
    }

    fn is_wanted(&self, settings: &Settings) -> bool {
        settings.deleted_message_webhook.is_yes()
    }
}
