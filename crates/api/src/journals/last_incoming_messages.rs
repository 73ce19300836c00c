use super::message_rows;
use super::window::{TOO_SHORT, Window};
use crate::call::{Answer, Call};
use crate::description::Description;
use crate::long_list;

pub(crate) async fn handle(call: Call, request: Window) -> Answer {
    let rows = call.instance.recent_rows(false, request.window());
    long_list::answer(message_rows::pages(rows)).await
}

pub(crate) fn describe() -> Description {
    message_rows::describe_rows().refuses(TOO_SHORT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;

    #[tokio::test]
    async fn received_messages_are_listed_newest_first() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let first = instance.received(&session, BOB, "first").await;
        let second = instance.received(&session, BOB, "second").await;
        for answer in [
            instance.get("lastIncomingMessages").await,
            instance.get("lastIncomingMessages?minutes=5").await,
            instance.send("GET", "lastIncomingMessages", r#"{"minutes":5}"#).await,
        ] {
            let rows = answer.json();
            assert_eq!(rows.as_array().unwrap().len(), 2);
            assert_eq!(
                (&rows[0]["idMessage"], &rows[1]["idMessage"]),
                (&json!(second), &json!(first))
            );
            assert_eq!((&rows[0]["type"], &rows[0]["senderId"]), (&json!("incoming"), &json!(BOB)));
        }
        assert_eq!(instance.get("lastOutgoingMessages").await.json(), json!([]));
    }

    #[tokio::test]
    async fn the_window_has_a_bound() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let names = ["IncomingMessages", "OutgoingMessages", "IncomingCalls", "OutgoingCalls"];
        for name in names {
            let answer = instance.get(&format!("last{name}?minutes=0")).await;
            validation(&answer, "'minutes' must be greater than or equal to 1");
            for nothing in ["", "?minutes=", "?minutes=99999999999999999999"] {
                let answer = instance.get(&format!("last{name}{nothing}")).await;
                assert_eq!(answer.json(), json!([]), "{name}{nothing}");
            }
        }
    }
}
