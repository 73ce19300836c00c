//! WhatsApp demands a passkey: said as it is, in every place, and never an endless QR.

use serde_json::json;

use crate::stage::{ANN, BEN, Stage};

#[tokio::test]
async fn a_demand_is_a_state_and_an_answer_of_its_own() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    phones.fault(json!({"phone": ANN, "passkey": true})).await;
    let scan = json!({"qr": api.scan_text().await});
    let (refused, _) = phones.post(&format!("phones/{ANN}/scan"), scan).await;
    assert_eq!(refused, 409, "the phone itself cannot complete the link");
    api.until_state("passkeyRequired").await;
    let answer = api.get("qr").await;
    assert_eq!(answer["type"], "passkeyRequired");
    assert!(answer["message"].as_str().unwrap().contains("passkey"), "{answer}");
    assert_eq!(api.next_state().await, "passkeyRequired");
    // Another phone, or the same one without its passkey, links after a reboot.
    api.get("reboot").await;
    api.link(&phones, BEN).await;
}
