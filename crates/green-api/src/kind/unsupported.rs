//! `unsupportedMessage`: what the vendor's vocabulary has no word for. A word of our own.

use serde_json::json;
use siskin_model::message::Unsupported;

use super::{Context, Kind, Members, member};

impl Kind for Unsupported {
    fn type_message(&self) -> &'static str {
        "unsupportedMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        member("unsupportedMessageData", json!({ "kind": self.kind, "text": self.text }))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.text.as_str())
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.text.as_str())
    }
}
