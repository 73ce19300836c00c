use serde::Serialize;
use siskin_green_api::Settings;
use siskin_model::InstanceId;
use utoipa::ToSchema;

use crate::account::settings;
use crate::call::{Answer, JsonObject, PartnerCall, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{optional, request, text};

/// The longest name, in characters.
const MAX_NAME: usize = 255;

request! {
    /// A name and any settings.
    pub(crate) struct CreateInstance {
        name: String = optional("name", text(MAX_NAME), "What people call it.").or_empty(),
        settings: JsonObject = settings(),
    }
}

/// A new instance.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CreateInstanceResult {
    #[schema(value_type = u64, example = 7_103_000_001_u64)]
    id_instance: InstanceId,
    api_token_instance: String,
    /// whatsapp.
    type_instance: &'static str,
}

pub(crate) async fn handle(call: PartnerCall, request: CreateInstance) -> Answer {
    let mut settings = Settings::for_partner();
    if !request.settings.is_empty() {
        let changed = settings.changed_by(&request.settings);
        settings = changed.map_err(|invalid| ApiError::validation(invalid.to_string()))?;
    }
    let instance = call.context.fleet.create(request.name, settings).await?;
    ok(CreateInstanceResult {
        id_instance: instance.id(),
        api_token_instance: instance.token().expose().to_owned(),
        type_instance: "whatsapp",
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<CreateInstanceResult>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_new_instance_has_the_settings_that_came_with_it() {
        let api = Api::new().await;
        let body = json!({"name": "shop", "incomingWebhook": "yes"});
        let created = api.partner("POST", "createInstance", &body).await.json();
        assert_eq!(created["idInstance"], 7_103_000_001_u64);
        assert_eq!(created["typeInstance"], "whatsapp");
        let token = created["apiTokenInstance"].as_str().unwrap();
        let path = format!("/waInstance7103000001/getSettings/{token}");
        let settings = api.call("GET", &path, "").await.json();
        assert_eq!(settings["incomingWebhook"], "yes");
        assert_eq!(settings["delaySendMessagesMilliseconds"], 3000);
    }

    #[tokio::test]
    async fn bad_settings_create_nothing() {
        let api = Api::new().await;
        let body = json!({"delaySendMessagesMilliseconds": 1});
        let answer = api.partner("POST", "createInstance", &body).await;
        assert_eq!((answer.status, answer.json()["code"].as_u64()), (200, Some(400)));
        assert!(answer.text().contains("must be greater than or equal to 500"));
        assert_eq!(api.partner("GET", "getInstances", &json!({})).await.json(), json!([]));
    }

    #[tokio::test]
    async fn a_wrong_partner_token_is_told_so_with_the_status_200() {
        let api = Api::new().await;
        let answer = api.call("POST", "/partner/createInstance/wrong", "{}").await;
        let exactly = r#"{"code":401,"description":"Unauthorized"}"#.to_owned();
        assert_eq!((answer.status, answer.text()), (200, exactly));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}
