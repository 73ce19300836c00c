use serde::Serialize;
use siskin_fleet::LinkError;
use siskin_green_api::refusals;
use siskin_model::{Phase, PhoneNumber, Reason};
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{phone_number, request, required};

request! {
    /// The number of the account that will be linked.
    pub(crate) struct GetAuthorizationCode {
        phone: PhoneNumber = required("phoneNumber", phone_number(),
            "The number with its country code, digits only; a string is taken too."),
    }
}

/// A code to type into the phone, or why there is none. The status is 200 in both cases.
#[derive(Default, Serialize, ToSchema)]
struct AuthorizationCode {
    /// Whether a code was issued.
    status: bool,
    /// Eight characters; empty where none was issued.
    #[schema(example = "ABCD1234")]
    code: String,
    /// Why none was issued; beside the vendor's answer, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The same number again, while its code is valid, gets the same code.
pub(crate) async fn handle(call: Call, request: GetAuthorizationCode) -> Answer {
    let instance = &call.instance;
    if matches!(instance.link().borrow().phase, Phase::Starting) {
        return Err(ApiError::Refused(refusals::STARTING.into()));
    }
    match instance.pairing_code(&request.phone).await {
        Ok(issued) => ok(AuthorizationCode { status: true, code: issued.code, reason: None }),
        Err(error) => {
            let reason = Some(explain(&error));
            ok(AuthorizationCode { reason, ..AuthorizationCode::default() })
        }
    }
}

fn explain(error: &LinkError) -> String {
    match error {
        LinkError::PasskeyRequired => Reason::PasskeyRequired.text().to_owned(),
        LinkError::Unreachable => Reason::Unreachable.text().to_owned(),
        _ => error.to_string(),
    }
}

pub(crate) fn describe() -> Description {
    Description::answers::<AuthorizationCode>().refuses(refusals::STARTING)
}

#[cfg(test)]
mod tests {
    use crate::testing::{ANN, Api, validation};
    use serde_json::json;

    #[tokio::test]
    async fn a_code_is_issued_for_a_number() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"phoneNumber": 15_550_100_001_u64});
        let answer = instance.post("GetAuthorizationCode", &body).await;
        assert_eq!(answer.json(), json!({"status": true, "code": "ABCD1234"}));
    }

    #[tokio::test]
    async fn bad_numbers_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let answer = instance.post("getAuthorizationCode", &json!({})).await;
        validation(&answer, "'phoneNumber' is required");
        let answer = instance.post("getAuthorizationCode", &json!({"phoneNumber": "+1"})).await;
        validation(&answer, "Wrong format. 'phoneNumber' must contain only digits");
    }

    #[tokio::test]
    async fn a_linked_instance_gets_none() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.linked().await;
        let answer = instance.post("getAuthorizationCode", &json!({"phoneNumber": ANN})).await;
        let refused = json!({"status": false, "code": "",
            "reason": "instance account already authorized"});
        assert_eq!((answer.status, answer.json()), (200, refused));
    }
}
