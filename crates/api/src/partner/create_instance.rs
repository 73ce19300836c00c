use serde::Serialize;
use serde_json::json;
use siskin_green_api::Settings;
use siskin_model::InstanceId;
use utoipa::ToSchema;

use crate::account::settings_schema;
use crate::body;
use crate::call::{Answer, PartnerCall, ok};
use crate::error::ApiError;
use crate::fields;
use crate::openapi::Description;

/// The longest name, in characters.
const MAX_NAME: usize = 255;

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

/// The body may have any key of the settings beside the name.
pub(crate) async fn handle(call: PartnerCall) -> Answer {
    let members = body::members(call.request).await?;
    let name = fields::text(&members, "name", MAX_NAME)?.unwrap_or_default();
    let mut settings = Settings::for_partner();
    if !members.is_empty() {
        let changed = settings.changed_by(&members);
        settings = changed.map_err(|invalid| ApiError::validation(invalid.to_string()))?;
    }
    let instance = call.context.fleet.create(name, settings).await?;
    ok(CreateInstanceResult {
        id_instance: instance.id(),
        api_token_instance: instance.token().expose().to_owned(),
        type_instance: "whatsapp",
    })
}

pub(crate) fn describe() -> Description {
    let mut body = settings_schema();
    body["properties"]["name"] = json!({"type": "string", "maxLength": MAX_NAME});
    Description::answers::<CreateInstanceResult>().body("A name and any settings.", body)
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
