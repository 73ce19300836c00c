use serde::Serialize;
use serde_json::json;
use siskin_green_api::refusals;
use siskin_model::{ChatId, MessageId};
use utoipa::ToSchema;

use crate::call::{Answer, Call, connection_error, ok};
use crate::description::Description;
use crate::request::{optional_id_message, readable_chat, request};

request! {
    /// A chat, or one message of it.
    pub(crate) struct ReadChat {
        chat: ChatId = readable_chat(),
        id: Option<MessageId> = optional_id_message(),
    }
}

/// Whether messages were marked.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SetRead {
    /// false where the message is not known, or is the account's own.
    set_read: bool,
}

pub(crate) async fn handle(call: Call, request: ReadChat) -> Answer {
    let marked = call.instance.read_chat(&request.chat, request.id.as_ref()).await;
    let set_read = marked.map_err(|error| connection_error(&call.instance, error))?;
    ok(SetRead { set_read })
}

pub(crate) fn describe() -> Description {
    Description::answers::<SetRead>()
        .does_not_take(json!({"idMessage": "3EB0"}))
        .refuses(refusals::STARTING)
        .refuses(refusals::NOT_ONLINE)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;

    #[tokio::test]
    async fn one_message_or_all_of_a_chat_are_marked() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let first = instance.received(&session, BOB, "first").await;
        instance.received(&session, BOB, "second").await;
        let one = json!({"chatId": BOB, "idMessage": first});
        assert_eq!(instance.post("readChat", &one).await.json(), json!({"setRead": true}));
        assert_eq!(session.read().len(), 1);
        let all = instance.post("readChat", &json!({"chatId": BOB})).await;
        assert_eq!(all.json(), json!({"setRead": true}));
        assert_eq!(session.read().len(), 2);
        let unknown = json!({"chatId": BOB, "idMessage": "BAE5000000000001"});
        assert_eq!(instance.post("readChat", &unknown).await.json(), json!({"setRead": false}));
    }

    #[tokio::test]
    async fn it_needs_a_connection_and_good_ids() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer = instance.post("readChat", &json!({"chatId": BOB})).await;
        let text = "instance is starting or not authorized".to_owned();
        assert_eq!((answer.status, answer.text()), (400, text));
        let answer = instance.post("readChat", &json!({"chatId": BOB, "idMessage": "1"})).await;
        validation(&answer, "'message id' must be at least 16 symbols");
    }
}
