//! Calls.

use serde_json::{Value, json};
use wacore::types::call::CallAction;
use wacore::types::events::Event;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

/// Waits for the next call action that `pick` knows.
async fn call<T>(client: &Client, what: &str, pick: impl Fn(&CallAction) -> Option<T>) -> T {
    client
        .event(what, |event| match event {
            Event::IncomingCall(call) => pick(&call.action),
            _ => None,
        })
        .await
}

async fn ends(client: &Client) -> Option<String> {
    call(client, "terminate", |action| match action {
        CallAction::Terminate { reason, .. } => Some(reason.clone()),
        _ => None,
    })
    .await
}

async fn ring(network: &Network, from: &str, to: &str, video: bool) -> String {
    let body = json!({"action": "offer", "to": to, "video": video});
    network.tell(from, "calls", body).await["callId"].as_str().unwrap().to_owned()
}

async fn state(network: &Network, phone: &str) -> Value {
    network.ask(phone, "calls").await[0]["state"].clone()
}

#[tokio::test]
async fn a_phone_rings_and_gives_up() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    for video in [false, true] {
        let id = ring(&network, BEN, ANN, video).await;
        let (call_id, is_video, number) = call(&ann, "offer", |action| match action {
            CallAction::Offer { call_id, is_video, caller_pn, .. } => {
                Some((call_id.clone(), *is_video, caller_pn.clone().unwrap()))
            }
            _ => None,
        })
        .await;
        assert_eq!((call_id, is_video), (id.clone(), video));
        assert_eq!(number.user, BEN);

        network.tell(BEN, "calls", json!({"action": "terminate", "callId": id})).await;

        assert_eq!(ends(&ann).await, None);
    }
    assert_eq!(state(&network, ANN).await, "ended");
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn a_client_declines_a_call() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let id = ring(&network, BEN, ANN, false).await;
    let from = ann
        .event("offer", |event| match event {
            Event::IncomingCall(call) => Some(call.from.clone()),
            _ => None,
        })
        .await;

    let reject = wacore::stanza::call::build_reject(&id, &from, &from, "wrapper");
    ann.client.send_node(reject).await.unwrap();

    let mut rows = json!(null);
    while rows[0]["state"] != "rejected" {
        rows = network.ask(BEN, "calls").await;
        tokio::task::yield_now().await;
    }
    assert_eq!(rows[0]["callId"], id);
}

#[tokio::test]
async fn a_client_learns_that_its_phone_answered_or_declined() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    for (action, reason, end) in
        [("accept", "accepted_elsewhere", "accepted"), ("reject", "rejected_elsewhere", "rejected")]
    {
        let id = ring(&network, BEN, ANN, false).await;

        network.tell(ANN, "calls", json!({"action": action, "callId": id})).await;

        assert_eq!(ends(&ann).await.as_deref(), Some(reason));
        let calls = network.ask(BEN, "calls").await;
        assert_eq!(calls.as_array().unwrap().last().unwrap()["state"], end);
    }
}

#[tokio::test]
async fn what_cannot_be_done_with_a_call_is_refused() {
    let network = Network::start().await;
    let id = ring(&network, BEN, ANN, false).await;
    let cases = [
        (BEN, json!({"action": "accept", "callId": id}), 409),
        (ANN, json!({"action": "accept", "callId": "none"}), 404),
        (ANN, json!({"action": "offer", "to": ANN}), 400),
        (ANN, json!({"action": "hold", "callId": id}), 400),
        (ANN, json!({"action": "offer", "to": "15559999999"}), 404),
    ];
    for (phone, body, expected) in cases {
        let path = format!("/sandbox/phones/{phone}/calls");
        let (status, answer) = network.call("POST", &path, body.clone()).await;
        assert_eq!(status, expected, "{body}: {answer}");
    }
}
