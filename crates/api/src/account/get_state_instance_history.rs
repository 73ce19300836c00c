use serde::Serialize;
use siskin_green_api::Word;
use siskin_model::{InstanceState, StateRecord};
use utoipa::ToSchema;

use crate::call::{Answer, Call, ok};
use crate::openapi::Description;
use crate::reader::Reader;

/// How many rows there are unless the caller says.
const DEFAULT_COUNT: u64 = 100;
/// The most rows that one call gives, however many it asks for.
const MAX_COUNT: u64 = 1000;
/// Rows of states that the vendor's history does not have lie between those it has; so many
/// records are read for each row.
const RECORDS_PER_ROW: u64 = 4;

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

/// The newest come first. `count` comes in the query string or in a JSON body.
pub(crate) async fn handle(call: Call) -> Answer {
    let instance = call.instance.clone();
    let parameters = call.parameters().await?;
    let mut reader = Reader::of(&parameters);
    let count = reader.at_least("count", 1..=MAX_COUNT).unwrap_or(DEFAULT_COUNT);
    reader.finish(Some(()))?;
    let records = u32::try_from(count * RECORDS_PER_ROW).unwrap_or(u32::MAX);
    let history = instance.state_history(records).await?;
    let rows = history.iter().filter_map(row).take(usize::try_from(count).unwrap_or(usize::MAX));
    ok(rows.collect::<Vec<_>>())
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
    Description::answers::<Vec<StateHistoryItem>>().query(
        "count",
        "How many rows, the newest first.",
        1..=MAX_COUNT,
        DEFAULT_COUNT,
    )
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
