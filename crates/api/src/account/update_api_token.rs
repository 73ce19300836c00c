use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;

/// The instance's new token.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UpdateApiToken {
    /// 50 hexadecimal characters; the old token is of no use from now on.
    api_token_instance: String,
}

pub(crate) async fn handle(call: Call) -> Answer {
    // Somebody else may have replaced the token since it was checked.
    let token = call.instance.replace_token(&call.token).await?.ok_or(ApiError::WrongToken)?;
    ok(UpdateApiToken { api_token_instance: token.expose().to_owned() })
}

pub(crate) fn describe() -> Description {
    Description::answers::<UpdateApiToken>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::Api;

    #[tokio::test]
    async fn the_old_token_is_refused_and_the_new_one_is_not() {
        let api = Api::new().await;
        let mut instance = api.instance().await;
        let answer = instance.get("updateApiToken").await.json();
        let token = answer["apiTokenInstance"].as_str().unwrap().to_owned();
        assert_eq!(token.len(), 50);
        assert_eq!(instance.get("getSettings").await.status, 401);
        instance.token = token;
        assert_eq!(instance.get("getSettings").await.status, 200);
    }
}
