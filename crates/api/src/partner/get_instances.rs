use std::sync::Arc;

use serde::Serialize;
use siskin_fleet::Instance;
use siskin_model::{InstanceId, UnixMillis};
use siskin_store::DeletedInstance;
use utoipa::ToSchema;

use crate::call::{Answer, PartnerCall, ok};
use crate::description::Description;
use crate::error::iso;

/// The vendor's form of a moment: UTC, without a zone.
const MOMENT: &str = "%Y-%m-%dT%H:%M:%S";
/// Stands for "never" among the vendor's moments.
const NOT_DELETED: &str = "0001-01-01T00:00:00";
/// No plan runs out here.
const NEVER: &str = "9999-12-31T23:59:59";

/// An instance. What is about plans is there because clients read it: nothing expires.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PartnerInstance {
    #[schema(value_type = u64, example = 7_103_000_001_u64)]
    id_instance: InstanceId,
    name: String,
    type_instance: &'static str,
    type_account: &'static str,
    partner_user_uiid: &'static str,
    time_created: String,
    time_deleted: String,
    /// Empty where it is deleted: the token is not kept.
    api_token_instance: String,
    /// It is listed for three months more.
    deleted: bool,
    tariff: &'static str,
    is_free: bool,
    is_partner: bool,
    expiration_date: &'static str,
    is_expired: bool,
}

pub(crate) async fn handle(call: PartnerCall) -> Answer {
    let fleet = &call.context.fleet;
    // In this order what is deleted in between is in both lists, and not in neither.
    let living = fleet.list();
    let deleted = fleet.deleted().await?;
    let still = |instance: &&Arc<Instance>| !deleted.iter().any(|row| row.id == instance.id());
    let mut rows: Vec<PartnerInstance> =
        living.iter().filter(still).map(|instance| row(instance)).collect();
    rows.extend(deleted.iter().map(deleted_row));
    rows.sort_by_key(|row| row.id_instance);
    ok(rows)
}

fn row(instance: &Instance) -> PartnerInstance {
    PartnerInstance {
        api_token_instance: instance.token().expose().to_owned(),
        ..bare_row(instance.id(), instance.name(), instance.created())
    }
}

fn deleted_row(instance: &DeletedInstance) -> PartnerInstance {
    PartnerInstance {
        time_deleted: iso(instance.deleted, MOMENT),
        deleted: true,
        ..bare_row(instance.id, &instance.name, instance.created)
    }
}

fn bare_row(id: InstanceId, name: &str, created: UnixMillis) -> PartnerInstance {
    PartnerInstance {
        id_instance: id,
        name: name.to_owned(),
        type_instance: "whatsapp",
        type_account: "",
        partner_user_uiid: "",
        time_created: iso(created, MOMENT),
        time_deleted: NOT_DELETED.to_owned(),
        api_token_instance: String::new(),
        deleted: false,
        tariff: "SELF_HOSTED",
        is_free: false,
        is_partner: true,
        expiration_date: NEVER,
        is_expired: false,
    }
}

pub(crate) fn describe() -> Description {
    Description::answers::<Vec<PartnerInstance>>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn every_member_of_a_row_is_there() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let rows = api.partner("GET", "getInstances", &json!({})).await.json();
        let mut row = rows[0].clone();
        let created = row["timeCreated"].take();
        assert_eq!(created.as_str().unwrap().len(), "2026-01-02T03:04:05".len());
        let expected = json!({
            "idInstance": instance.id, "name": "test", "typeInstance": "whatsapp",
            "typeAccount": "", "partnerUserUiid": "", "timeCreated": null,
            "timeDeleted": "0001-01-01T00:00:00", "apiTokenInstance": instance.token,
            "deleted": false, "tariff": "SELF_HOSTED", "isFree": false, "isPartner": true,
            "expirationDate": "9999-12-31T23:59:59", "isExpired": false,
        });
        assert_eq!(row, expected);
    }

    #[tokio::test]
    async fn a_deleted_instance_is_listed_without_its_token() {
        let api = Api::new().await;
        let (first, second) = (api.instance().await, api.instance().await);
        let before = api.partner("GET", "getInstances", &json!({})).await.json();
        assert!(api.fleet.delete(first.id).await.unwrap());
        let rows = api.partner("GET", "getInstances", &json!({})).await.json();
        assert_eq!(rows[1], before[1]);
        assert_eq!(rows[1]["idInstance"], second.id.get());
        let mut expected = before[0].clone();
        expected["deleted"] = true.into();
        expected["apiTokenInstance"] = "".into();
        expected["timeDeleted"] = rows[0]["timeDeleted"].clone();
        assert_eq!(rows[0], expected);
        let deleted = rows[0]["timeDeleted"].as_str().unwrap();
        assert!(deleted >= rows[0]["timeCreated"].as_str().unwrap(), "{deleted}");
    }
}
