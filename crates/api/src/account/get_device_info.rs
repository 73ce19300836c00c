use serde::Serialize;
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The phone of the linked account. WhatsApp no longer tells linked devices any of it: the
/// members are there, and empty.
#[derive(Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DeviceInfo {
    platform: String,
    device_manufacturer: String,
    device_model: String,
    os_version: String,
    wa_version: String,
    /// Percent.
    battery: u8,
}

pub(crate) async fn handle(_: Call) -> Answer {
    ok(DeviceInfo::default())
}

pub(crate) fn describe() -> Description {
    Description::answers::<DeviceInfo>()
}

#[cfg(test)]
mod tests {
    use crate::testing::Api;
    use serde_json::json;

    #[tokio::test]
    async fn every_member_is_there() {
        let api = Api::new().await;
        let answer = api.instance().await.get("getDeviceInfo").await;
        let empty = json!({"platform": "", "deviceManufacturer": "", "deviceModel": "",
            "osVersion": "", "waVersion": "", "battery": 0});
        assert_eq!(answer.json(), empty);
    }
}
