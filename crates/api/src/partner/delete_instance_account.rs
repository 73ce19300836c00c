use serde::Serialize;
use siskin_model::InstanceId;
use utoipa::ToSchema;

use crate::call::{Answer, PartnerCall, ok};
use crate::description::Description;
use crate::request::{integer, request, required};

/// The largest number of an instance: ten digits.
const MAX_ID: u64 = 9_999_999_999;

request! {
    /// The instance.
    pub(crate) struct DeleteInstanceAccount {
        id: u64 = required("idInstance", integer(1..=MAX_ID), "Its number."),
    }
}

/// Whether the instance was deleted.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeleteInstanceResult {
    /// false: there is none of that number, or not any more.
    delete_instance_account: bool,
}

pub(crate) async fn handle(call: PartnerCall, request: DeleteInstanceAccount) -> Answer {
    let delete_instance_account = call.context.fleet.delete(InstanceId::new(request.id)).await?;
    ok(DeleteInstanceResult { delete_instance_account })
}

pub(crate) fn describe() -> Description {
    Description::answers::<DeleteInstanceResult>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn a_deleted_instance_says_so_and_is_not_deleted_a_second_time() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let body = json!({"idInstance": instance.id});
        for deleted in [true, false] {
            let answer = api.partner("POST", "deleteInstanceAccount", &body).await;
            assert_eq!(answer.json(), json!({"deleteInstanceAccount": deleted}));
        }
        let settings = instance.get("getSettings").await;
        assert_eq!((settings.status, settings.text()), (400, "Instance is deleted".into()));
        let path = format!("/waInstance{}/getSettings/another", instance.id);
        let stranger = api.call("GET", &path, "").await;
        assert_eq!((stranger.status, stranger.text()), (400, "Instance is deleted".into()));
        let never = format!("/waInstance{}/getSettings/another", instance.id.get() + 1);
        assert_eq!(api.call("GET", &never, "").await.status, 403);
    }

    #[tokio::test]
    async fn a_missing_number_is_told_with_the_status_200() {
        let api = Api::new().await;
        let answer = api.partner("POST", "deleteInstanceAccount", &json!({})).await;
        let failure = json!({"code": 400,
            "description": "Validation failed. Details: 'idInstance' is required"});
        assert_eq!((answer.status, answer.json()), (200, failure));
    }
}
