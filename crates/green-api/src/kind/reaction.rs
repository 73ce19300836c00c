//! `reactionMessage`: an emoji to an earlier message, or none any more.

use serde_json::json;
use siskin_model::message::Reaction;

use super::{Context, Kind, Members, member};

impl Kind for Reaction {
    fn type_message(&self) -> &'static str {
        "reactionMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        let participant = context.view.shown(&self.participant);
        let target = json!({ "stanzaId": self.target, "participant": participant });
        let mut data = member("extendedTextMessageData", json!({ "text": self.text }));
        data.insert("quotedMessage".into(), target);
        data
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}
