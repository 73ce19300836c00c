use std::ops::RangeInclusive;

use serde_json::json;
use siskin_model::message::{Command, Poll, Typing};
use siskin_model::{ChatId, MessageId};

use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{
    chat, flag, key, list, object, optional, quoted, request, required, text, trimmed_text, typing,
};

/// The longest question, in characters (specification, section 1.4).
const LONGEST_QUESTION: usize = 255;
/// The longest option, in characters.
const LONGEST_OPTION: usize = 100;
/// How many options there are.
const OPTIONS: RangeInclusive<usize> = 2..=12;

request! {
    /// A poll.
    pub(crate) struct SendPoll {
        chat: ChatId = chat(),
        question: String =
            required("message", text(LONGEST_QUESTION), "The question.").example("Drinks?"),
        options: Vec<PollOption> =
            required("options", list(OPTIONS, object()), "Different options.").example(
                r#"[{"optionName": "Tea"}, {"optionName": "Coffee"}]"#),
        multiple_answers: bool = optional("multipleAnswers", flag(),
            "Whether several may be chosen; else one.").or(false),
        quoted: Option<MessageId> = quoted(),
        typing: Option<Typing> = typing(),
    }
}

request! {
    /// What can be chosen. People tell options apart by what they see.
    pub(crate) struct PollOption {
        name: String = key("optionName", trimmed_text(LONGEST_OPTION), "The option."),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendPoll) -> Answer {
    let SendPoll { chat, question, options, multiple_answers, quoted, typing } = request;
    let options = options.into_iter().map(|option| option.name).collect();
    let poll = Poll { name: question, options, multiple_answers };
    sending.accept(Envelope { chat, quoted, typing }, Command::Poll(poll)).await
}

pub(crate) fn describe() -> Description {
    describe_sending()
        .does_not_take(json!({"options": [{"optionName": "Tea"}, {"optionName": "Tea"}]}))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::Content;

    fn options(names: &[&str]) -> serde_json::Value {
        names.iter().map(|name| json!({ "optionName": name })).collect()
    }

    #[tokio::test]
    async fn a_poll_is_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "message": "Drinks?", "multipleAnswers": true,
            "options": options(&["Tea", "Coffee"])});
        let id = instance.accepted("sendPoll", &body).await;
        let (sent, said) = instance.sent(&session).await;
        assert_eq!(sent.id.as_str(), id);
        let Content::Poll(poll) = said.content else { panic!("{said:?}") };
        assert_eq!((poll.name.as_str(), poll.multiple_answers), ("Drinks?", true));
        assert_eq!(poll.options, ["Tea", "Coffee"]);
    }

    #[tokio::test]
    async fn options_are_sent_without_the_space_around_them() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let longest = format!("  {}\u{200b}\n", "x".repeat(100));
        let options = options(&[" Tea", "Green tea\u{a0}", "❤\u{fe0f}", &longest]);
        let body = json!({"chatId": BOB, "message": "Drinks?", "options": options});
        instance.accepted("sendPoll", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::Poll(poll) = said.content else { panic!("{said:?}") };
        assert_eq!(poll.options, ["Tea", "Green tea", "❤\u{fe0f}", &"x".repeat(100)]);
    }

    #[tokio::test]
    async fn bad_polls_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let long = "x".repeat(256);
        for (message, options, detail) in [
            ("", options(&["a", "b"]), "'message' is not allowed to be empty"),
            (
                &*long,
                options(&["a", "b"]),
                "'message' length must be less than or equal to 255 characters long",
            ),
            ("?", options(&["a"]), "'options' must contain at least 2 items"),
            ("?", options(&["a"; 13]), "'options' must contain less than or equal to 12 items"),
            ("?", options(&["a", "b", "a"]), "'options[2]' contains a duplicate value"),
            (" \u{200b}", options(&["a", "b"]), "'message' is not allowed to be empty"),
            ("?", options(&["a", "b", " a\u{2060}"]), "'options[2]' contains a duplicate value"),
            ("?", options(&["a", ""]), "'options[1].optionName' is not allowed to be empty"),
            ("?", options(&["a", "\u{a0} "]), "'options[1].optionName' is not allowed to be empty"),
            (
                "?",
                options(&["a", &long[..101]]),
                "'options[1].optionName' length must be less than or equal to 100 characters long",
            ),
            ("?", json!([{"optionName": "a"}, {}]), "'options[1].optionName' is required"),
            (
                "?",
                json!(["a", "b"]),
                "'options[0]' must be of type object, 'options[1]' must be of type object",
            ),
            ("?", json!("a"), "'options' must be an array"),
        ] {
            let body = json!({"chatId": BOB, "message": message, "options": options});
            validation(&instance.post("sendPoll", &body).await, detail);
        }
        instance.nothing_waits().await;
    }
}
