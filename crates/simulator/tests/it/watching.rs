//! Looking on as a phone gets messages.

use axum::body::{Body, BodyDataStream};
use axum::http::Request;
use futures::StreamExt as _;
use serde_json::{Value, json};
use siskin_simulator::phone_api;
use tokio::time::timeout;
use tower::ServiceExt as _;

use crate::client::PATIENCE;
use crate::network::{ANN, BEN, Network};

/// The next server-sent event: its name and data.
async fn next_event(stream: &mut BodyDataStream) -> (String, Value) {
    let part = timeout(PATIENCE, stream.next()).await.expect("no event").unwrap().unwrap();
    let text = String::from_utf8(part.to_vec()).unwrap();
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().to_owned()
    };
    (field("event:"), serde_json::from_str(&field("data:")).unwrap())
}

#[tokio::test]
async fn a_question_waits_for_the_message_that_answers_it() {
    let network = Network::start().await;
    let asked = network.ask(ANN, "messages?after=0&wait=30");
    let sent = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "here"}));

    let (rows, id) = tokio::join!(asked, sent);

    assert_eq!(rows[0]["id"], id);
    assert_eq!(network.ask(ANN, "messages?after=1&wait=0.01").await, json!([]));
    assert_eq!(network.ask(ANN, "messages?status=read").await, json!([]));
}

#[tokio::test]
async fn events_tell_of_messages_as_they_come_and_change() {
    let network = Network::start().await;
    network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "before"})).await;
    let request = Request::builder()
        .uri(format!("/sandbox/phones/{ANN}/events"))
        .body(Body::empty())
        .unwrap();
    let response = phone_api(network.sim.clone()).oneshot(request).await.unwrap();
    let mut events = response.into_body().into_data_stream();

    let id = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "hello"})).await;
    let (name, row) = next_event(&mut events).await;
    assert_eq!((name.as_str(), &row["id"], &row["text"]), ("message", &json!(id), &json!("hello")));

    network.tell(BEN, "typing", json!({"chatId": ANN, "typing": true})).await;
    let (name, chats) = next_event(&mut events).await;
    assert_eq!(name, "chats");
    assert_eq!(chats[0]["typing"], json!({format!("{BEN}@c.us"): "typing"}));

    network.tell(ANN, "read", json!({"chatId": BEN, "id": id})).await;
    let mut changed = Vec::new();
    while changed.len() < 2 {
        let (_, row) = next_event(&mut events).await;
        assert_eq!(row["status"], "read");
        changed.push(row["seq"].clone());
    }
    assert_eq!(changed, [json!(1), json!(2)]);
}
