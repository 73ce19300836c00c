use serde::Serialize;
use siskin_green_api::Word;
use siskin_model::{Account, InstanceState};
use utoipa::ToSchema;

use super::shown_account;
use crate::call::{Answer, Call, ok};
use crate::description::Description;

/// The linked account; its members are empty unless it can be used.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WaSettings {
    /// The address of the profile picture; always empty, as Siskin does not keep it.
    avatar: String,
    /// The number, digits only.
    phone: String,
    #[schema(example = "authorized")]
    state_instance: &'static str,
    /// Our own device at the account, such as `15550100001:8@s.whatsapp.net`.
    device_id: String,
    /// The account's own chat.
    chat_id: String,
}

pub(crate) async fn handle(call: Call) -> Answer {
    let link = call.instance.link();
    let link = link.borrow().clone();
    let state = link.state();
    let usable = !matches!(state, InstanceState::Blocked | InstanceState::Starting);
    let account = shown_account(&link).filter(|_| usable);
    let of = |member: fn(&Account) -> String| account.map(member).unwrap_or_default();
    ok(WaSettings {
        avatar: String::new(),
        phone: of(|account| account.phone.to_string()),
        state_instance: state.word(),
        device_id: of(Account::device_id),
        chat_id: of(|account| account.wid().to_string()),
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<WaSettings>()
}

#[cfg(test)]
mod tests {
    use crate::testing::{ANN, Api};
    use serde_json::json;

    #[tokio::test]
    async fn the_account_shows_once_it_is_linked_under_both_names() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let empty = json!({"avatar": "", "phone": "", "stateInstance": "notAuthorized",
            "deviceId": "", "chatId": ""});
        assert_eq!(instance.get("getWaSettings").await.json(), empty);
        instance.linked().await;
        let full = json!({"avatar": "", "phone": ANN, "stateInstance": "authorized",
            "deviceId": format!("{ANN}:8@s.whatsapp.net"), "chatId": format!("{ANN}@c.us")});
        for name in ["getWaSettings", "getAccountSettings"] {
            assert_eq!(instance.get(name).await.json(), full);
        }
    }
}
