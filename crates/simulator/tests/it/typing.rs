//! Who is writing, and who is there.

use serde_json::{Value, json};
use wacore::types::events::Event;
use wacore::types::presence::{ChatPresence, ChatPresenceMedia};
use wacore_binary::Jid;

use crate::client::{Client, PATIENCE};
use crate::network::{ANN, BEN, Network};

async fn shown_in(client: &Client, state: ChatPresence, media: ChatPresenceMedia) -> Jid {
    client
        .event("ChatPresence", |event| match event {
            Event::ChatPresence(update) if update.state == state && update.media == media => {
                Some(update.source.chat.clone())
            }
            _ => None,
        })
        .await
}

/// Polls a phone's list of chats until the only one is `done`.
async fn until_chat(network: &Network, phone: &str, done: impl Fn(&Value) -> bool) -> Value {
    let deadline = std::time::Instant::now() + PATIENCE;
    loop {
        let chats = network.ask(phone, "chats").await;
        if done(&chats[0]) {
            return chats[0].clone();
        }
        assert!(std::time::Instant::now() < deadline, "{chats}");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_client_sees_a_phone_write_and_speak() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let lid = network.lid(BEN).await;
    let cases = [
        (json!({"typing": true}), ChatPresence::Composing, ChatPresenceMedia::Text),
        (
            json!({"typing": true, "recording": true}),
            ChatPresence::Composing,
            ChatPresenceMedia::Audio,
        ),
        (json!({"typing": false}), ChatPresence::Paused, ChatPresenceMedia::Text),
    ];
    for (mut body, state, media) in cases {
        body["chatId"] = json!(ANN);
        network.tell(BEN, "typing", body).await;
        assert_eq!(shown_in(&ann, state, media).await.user, *lid);
    }
}

#[tokio::test]
async fn a_phone_sees_a_client_write() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let (ben, me) = (Jid::pn(BEN), format!("{ANN}@c.us"));

    ann.client.chatstate().send_composing(&ben).await.unwrap();
    let chat = until_chat(&network, BEN, |chat| chat["typing"][&me] == "typing").await;
    assert_eq!(chat["chatId"], me);
    ann.client.chatstate().send_recording(&ben).await.unwrap();
    until_chat(&network, BEN, |chat| chat["typing"][&me] == "recording").await;
    ann.client.chatstate().send_paused(&ben).await.unwrap();
    let chat = until_chat(&network, BEN, |chat| chat["typing"] == json!({})).await;
    assert_eq!(chat["typingSeen"], 2);
}

#[tokio::test]
async fn a_client_learns_when_a_phone_comes_and_goes() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let presence = async || {
        ann.event("Presence", |event| match event {
            Event::Presence(update) => Some((update.from.to_string(), update.unavailable)),
            _ => None,
        })
        .await
    };
    let ben = Jid::pn(BEN);

    ann.client.presence().subscribe(&ben).await.unwrap();
    assert_eq!(presence().await, (ben.to_string(), false));
    network.tell(BEN, "online", json!({"online": false})).await;
    assert_eq!(presence().await, (ben.to_string(), true));
    network.tell(BEN, "online", json!({"online": true})).await;
    assert_eq!(presence().await, (ben.to_string(), false));
}

#[tokio::test]
async fn a_client_is_seen_to_be_there() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    ann.push_name_is("Ann").await;

    ann.client.presence().set_available().await.unwrap();
    while !network.linked(ANN).await[0].available {
        tokio::task::yield_now().await;
    }
    ann.client.presence().set_unavailable().await.unwrap();
    while network.linked(ANN).await[0].available {
        tokio::task::yield_now().await;
    }
}
