use serde::Serialize;
use serde_json::json;
use siskin_fleet::MessageError;
use siskin_green_api::refusals;
use siskin_model::{ChatId, MessageId};
use utoipa::ToSchema;

use crate::arriving::NO_ROOM;
use crate::call::{Answer, Call, connection_error, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{id_message, readable_chat, request};

request! {
    /// A message with a file.
    pub(crate) struct DownloadFile {
        chat: ChatId = readable_chat(),
        id: MessageId = id_message(),
    }
}

/// Where the file of a message can be had.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DownloadUrl {
    #[schema(example = "https://gateway.example/files/7103000001/0123…/photo.jpg")]
    download_url: String,
}

/// Waits, bounded, for a file that is still being fetched; one that has expired here is
/// fetched from WhatsApp again.
pub(crate) async fn handle(call: Call, request: DownloadFile) -> Answer {
    let instance = &call.instance;
    let kept = tokio::select! {
        kept = instance.file_of(&request.chat, &request.id) => kept,
        () = instance.deleted() => return Err(ApiError::Refused(refusals::DELETED.into())),
    };
    match kept {
        Ok(kept) => ok(DownloadUrl { download_url: kept.url }),
        Err(MessageError::UnknownMessage) => Err(MessageError::NoFile.into()),
        Err(error) => Err(connection_error(instance, error)),
    }
}

pub(crate) fn describe() -> Description {
    Description::answers::<DownloadUrl>()
        .does_not_take(json!({"idMessage": "3EB0"}))
        .refuses(refusals::NO_FILE)
        .refuses(refusals::STARTING)
        .refuses(refusals::NOT_ONLINE)
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;

    #[tokio::test]
    async fn the_file_of_a_received_message_is_found() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let id = instance.received_file(&session, BOB, "photo.jpg", "image/jpeg").await;
        let body = json!({"chatId": BOB, "idMessage": id});
        let answer = instance.post("downloadFile", &body).await.json();
        let url = answer["downloadUrl"].as_str().unwrap();
        assert!(url.ends_with("/photo.jpg"), "{url}");
        assert_eq!(api.file(url).await.text(), "the file");
    }

    #[tokio::test]
    async fn a_message_without_a_file_has_none() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let text = instance.received(&session, BOB, "Hello").await;
        for id in [text.as_str(), "BAE5000000000001"] {
            let body = json!({"chatId": BOB, "idMessage": id});
            let answer = instance.post("downloadFile", &body).await;
            assert_eq!((answer.status, answer.text()), (400, "file not found".into()));
        }
        let answer = instance.post("downloadFile", &json!({"chatId": BOB})).await;
        validation(&answer, "'idMessage' is required");
    }
}
