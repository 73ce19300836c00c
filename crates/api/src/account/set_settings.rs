use serde::Serialize;
use siskin_fleet::ChangeError;
use utoipa::ToSchema;

use super::changed_settings;
use crate::call::{Answer, Call, JsonObject, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::request;

request! {
    /// Any subset of the settings.
    pub(crate) struct SetSettings {
        changes: JsonObject = changed_settings(),
    }
}

/// Settings were saved.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SaveSettings {
    /// true.
    save_settings: bool,
}

/// Applies the change at once; the instance does not restart.
pub(crate) async fn handle(call: Call, request: SetSettings) -> Answer {
    call.instance.change_settings(&request.changes).await?;
    ok(SaveSettings { save_settings: true })
}

pub(crate) fn describe() -> Description {
    Description::answers::<SaveSettings>()
}

impl From<ChangeError> for ApiError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Invalid(invalid) => Self::validation(invalid.to_string()),
            ChangeError::Store(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Api, validation};
    use serde_json::json;

    #[tokio::test]
    async fn what_is_set_is_read_back_and_the_rest_stays() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let changes = json!({"incomingWebhook": "yes", "delaySendMessagesMilliseconds": 1000,
            "linkPreview": true, "wid": "ignored", "unknown": 1});
        let answer = instance.post("setSettings", &changes).await;
        assert_eq!(answer.json(), json!({"saveSettings": true}));
        let settings = instance.get("getSettings").await.json();
        assert_eq!(settings["incomingWebhook"], "yes");
        assert_eq!(settings["delaySendMessagesMilliseconds"], 1000);
        assert_eq!(settings["linkPreview"], "yes");
        assert_eq!(settings["stateWebhook"], "no");
        assert_eq!(settings["wid"], "");
    }

    #[tokio::test]
    async fn a_refused_change_changes_nothing() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let before = instance.get("getSettings").await.json();
        for (changes, detail) in [
            (json!({}), "'value' must have at least 1 key"),
            (
                json!({"stateWebhook": "yes", "webhookUrlToken": "x\r\ny"}),
                "'webhookUrlToken' must not contain control characters",
            ),
            (json!({"stateWebhook": "yes", "webhookUrl": 5}), "'webhookUrl' must be a string"),
            (
                json!({"stateWebhook": "perhaps", "webhookUrl": 5, "autoTyping": 3}),
                "'stateWebhook' must be one of [yes, no], 'webhookUrl' must be a string",
            ),
        ] {
            let answer = instance.post("setSettings", &changes).await;
            validation(&answer, detail);
        }
        assert_eq!(instance.get("getSettings").await.json(), before);
    }
}
