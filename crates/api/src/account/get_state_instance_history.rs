use serde::Serialize;
use siskin_green_api::Word;
use siskin_model::{InstanceState, StateRecord};
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::request::{at_least, optional, request};

/// How many rows there are unless the caller says.
const DEFAULT_COUNT: u64 = 100;
/// The most rows that one call gives, however many it asks for.
const MAX_COUNT: u64 = 1000;
/// Rows of states that the vendor's history does not have lie between those it has; so many
/// records are read for each row.
const RECORDS_PER_ROW: u64 = 4;

request! {
    /// How much of the history.
    pub(crate) struct GetStateInstanceHistory {
        count: u64 = optional("count", at_least(1..=MAX_COUNT), "How many rows, the newest first.")
            .or(DEFAULT_COUNT),
    }
}

/// One change of state.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StateHistoryItem {
    /// notAuthorized, authorized or blocked.
    #[schema(example = "authorized")]
    state_instance: &'static str,
    /// When, in UNIX seconds.
    timestamp: i64,
    /// The number that was bound at that moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone_number: Option<u64>,
}

/// The newest come first.
pub(crate) async fn handle(call: Call, request: GetStateInstanceHistory) -> Answer {
    let records = u32::try_from(request.count * RECORDS_PER_ROW).unwrap_or(u32::MAX);
    let count = usize::try_from(request.count).unwrap_or(usize::MAX);
    let history = call.instance.state_history(records).await?;
    ok(history.iter().filter_map(row).take(count).collect::<Vec<_>>())
}

fn row(record: &StateRecord) -> Option<StateHistoryItem> {
    use InstanceState::{Authorized, Blocked, NotAuthorized};
    matches!(record.state, NotAuthorized | Authorized | Blocked).then(|| StateHistoryItem {
        state_instance: record.state.word(),
        timestamp: record.at.seconds(),
        phone_number: record.phone.as_ref().and_then(|phone| phone.digits().parse().ok()),
    })
}

pub(crate) fn describe() -> Description {
    Description::answers::<Vec<StateHistoryItem>>()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{ANN, Api, validation};

    #[tokio::test]
    async fn the_newest_state_comes_first_with_its_number() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.linked().await;
        let rows = instance.get("GetStateInstanceHistory").await.json();
        assert_eq!(rows[0]["stateInstance"], "authorized");
        assert_eq!(rows[0]["phoneNumber"].to_string(), ANN);
        assert!(rows[0]["timestamp"].as_i64().unwrap() > 1_700_000_000);
    }

    #[tokio::test]
    async fn count_comes_in_the_query_or_in_the_body() {
        let api = Api::new().await;
        let instance = api.instance().await;
        instance.linked().await;
        instance.get("logout").await;
        let count = |answer: crate::testing::Answered| answer.json().as_array().unwrap().len();
        assert_eq!(count(instance.get("getStateInstanceHistory").await), 2);
        assert_eq!(count(instance.get("getStateInstanceHistory?count=1").await), 1);
        assert_eq!(count(instance.get("getStateInstanceHistory?count=1000000").await), 2);
        let body = r#"{"count":1}"#;
        assert_eq!(count(instance.send("GET", "getStateInstanceHistory", body).await), 1);
        let refused = instance.get("getStateInstanceHistory?count=0").await;
        validation(&refused, "'count' must be greater than or equal to 1");
    }
}
