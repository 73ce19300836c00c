use serde_json::json;
use siskin_green_api::refusals;
use siskin_model::ChatId;
use siskin_model::message::{Typing, TypingKind};

use crate::call::{Answer, Call, connection_error, empty};
use crate::description::Description;
use crate::request::{chat, optional, request, typing_time, typing_type};

/// How long the indicator is shown unless the caller says, in milliseconds (the vendor's
/// reference, `SendTyping`).
const DEFAULT_MILLIS: u32 = 1000;

request! {
    /// A chat, and for how many milliseconds.
    pub(crate) struct SendTyping {
        chat: ChatId = chat(),
        millis: u32 = optional("typingTime", typing_time(),
            "For how many milliseconds the indicator is shown.").or(DEFAULT_MILLIS),
        kind: TypingKind = typing_type(),
    }
}

/// Answers as soon as the indicator is shown. For no time at all it is not shown, and one that
/// is shown is taken back.
pub(crate) async fn handle(call: Call, request: SendTyping) -> Answer {
    let (instance, SendTyping { chat, millis, kind }) = (&call.instance, request);
    let shown = match millis {
        0 => instance.take_typing_back(&chat).await,
        millis => instance.show_typing(&chat, Typing { millis, kind }).await,
    };
    shown.map_err(|error| connection_error(instance, error))?;
    empty()
}

pub(crate) fn describe() -> Description {
    Description::empty()
        .does_not_take(json!({"typingTime": 999}))
        .refuses(refusals::STARTING)
        .refuses(refusals::NOT_ONLINE)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
    use siskin_model::message::TypingKind;

    #[tokio::test(start_paused = true)]
    async fn the_indicator_is_shown_and_taken_back() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "typingTime": 2000, "typingType": "recording"});
        let answer = instance.post("sendTyping", &body).await;
        assert_eq!((answer.status, answer.body.len()), (200, 0));
        assert_eq!(session.typing().len(), 1);
        assert_eq!(session.typing()[0].1, Some(TypingKind::Recording));
        // Sleeps past the time that was asked for, which is what is tested.
        tokio::time::sleep(std::time::Duration::from_millis(2100)).await;
        assert_eq!(session.typing()[1].1, None);
    }

    #[tokio::test(start_paused = true)]
    async fn no_time_at_all_takes_the_indicator_back() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        for time in [json!(0), json!("0"), json!(0.0)] {
            let body = json!({"chatId": BOB, "typingTime": time});
            let answer = instance.post("sendTyping", &body).await;
            assert_eq!((answer.status, answer.body.len()), (200, 0), "{time}");
        }
        let shown: Vec<_> = session.typing().into_iter().map(|(_, shown)| shown).collect();
        assert_eq!(shown, [None, None, None]);
    }

    #[tokio::test]
    async fn it_needs_a_connection() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer = instance.post("sendTyping", &json!({"chatId": BOB})).await;
        let text = "instance is starting or not authorized".to_owned();
        assert_eq!((answer.status, answer.text()), (400, text));
        let answer = instance.post("sendTyping", &json!({"chatId": BOB, "typingTime": 1})).await;
        validation(&answer, "'typingTime' must be greater than or equal to 1000");
    }

    #[tokio::test]
    async fn an_instance_that_is_starting_says_so() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let _session = instance.linked().await;
        instance.get("reboot").await;
        instance.until_state("starting").await;
        for method in ["sendTyping", "readChat"] {
            let answer = instance.post(method, &json!({"chatId": BOB})).await;
            let text = "instance in starting process try later".to_owned();
            assert_eq!((answer.status, answer.text()), (400, text));
        }
        // What is sent waits.
        instance.accepted("sendMessage", &json!({"chatId": BOB, "message": "Hello"})).await;
    }
}
