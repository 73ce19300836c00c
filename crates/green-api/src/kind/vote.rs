//! `pollUpdateMessage`: what one person has voted for now.

use serde_json::{Value, json};
use siskin_model::message::PollUpdate;

use super::{Context, Kind, Members, member};
use crate::Settings;

impl Kind for PollUpdate {
    fn type_message(&self) -> &'static str {
        "pollUpdateMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        let votes = self.votes.iter().map(|vote| {
            let voters = vote.voters.iter().map(|voter| context.view.shown(voter));
            json!({ "optionName": vote.option, "optionVoters": voters.collect::<Vec<_>>() })
        });
        let data = json!({
            "stanzaId": self.target,
            "name": self.name,
            "votes": votes.collect::<Vec<Value>>(),
            "multipleAnswers": self.multiple_answers,
        });
        member("pollMessageData", data)
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }

    fn is_wanted(&self, settings: &Settings) -> bool {
        settings.poll_message_webhook.is_yes()
    }
}
