//! Calls of others.

use serde_json::json;

use super::{Talk, ann, ben};
use crate::stage::{ANN, BEN};

#[tokio::test]
async fn a_call_is_told_from_ringing_to_its_end() {
    let talk = Talk::start().await;
    let call = async |phone: &str, body| {
        let (status, answer) = talk.phones.post(&format!("phones/{phone}/calls"), body).await;
        assert_eq!(status, 200, "{answer}");
        answer["callId"].as_str().unwrap().to_owned()
    };
    let offer = json!({"action": "offer", "to": ann(), "video": true});
    for (phone, action, status) in
        [(BEN, "terminate", "hungUp"), (ANN, "accept", "pickUp"), (ANN, "reject", "declined")]
    {
        let id = call(BEN, offer.clone()).await;
        let told = talk.told("incomingCall").await;
        assert_eq!((&told["status"], &told["from"]), (&json!("offer"), &json!(ben())));
        assert_eq!(told["idMessage"], id.as_str());
        call(phone, json!({"action": action, "callId": id})).await;
        let told = talk.told("incomingCall").await;
        assert_eq!((&told["status"], &told["idMessage"]), (&json!(status), &json!(id)));
    }
    let rows = talk.api.get("lastIncomingCalls").await;
    let row = &rows[0];
    assert_eq!(rows.as_array().unwrap().len(), 3);
    assert_eq!((&row["status"], &row["isVideo"]), (&json!("declined"), &json!(true)));
    assert_eq!(talk.api.get("lastOutgoingCalls").await, json!([]));
}
