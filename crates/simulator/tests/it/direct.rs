//! Messages between two people.

use std::sync::Arc;

use serde_json::json;
use wacore::types::events::Event;
use wacore::types::message::MessageInfo;
use wacore::types::presence::ReceiptType;
use wacore_binary::Jid;
use waproto::whatsapp as wa;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

fn text(text: &str) -> wa::Message {
    wa::Message { conversation: Some(text.to_owned()), ..Default::default() }
}

impl Client {
    /// Waits for the server's ack of a message; gives its error.
    pub async fn acknowledged(&self, id: &str) -> Option<String> {
        self.eventually(&format!("ack of {id}"), |event| match event {
            Event::ServerAck(ack) if ack.id == id => Some(ack.error.clone()),
            _ => None,
        })
        .await
    }

    /// Waits for a receipt of a kind for a message; gives whose it is.
    pub async fn receipt(&self, id: &str, kind: ReceiptType) -> Jid {
        self.eventually(&format!("{kind:?} receipt for {id}"), |event| match event {
            Event::Receipt(receipt) if receipt.r#type == kind => {
                let named = receipt.message_ids.iter().any(|other| other == id);
                named.then(|| receipt.source.sender.clone())
            }
            _ => None,
        })
        .await
    }

    /// Waits for the message `id`; gives what stands on it and in it.
    pub async fn message(&self, id: &str) -> (Arc<MessageInfo>, Arc<wa::Message>) {
        self.eventually(&format!("message {id}"), |event| {
            let batch = event.as_messages()?;
            let found = batch.messages.iter().find(|message| message.info.id == id)?;
            Some((found.info.clone(), found.message.clone()))
        })
        .await
    }
}

#[tokio::test]
async fn a_client_and_a_phone_write_to_each_other() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;

    let sent = ann.client.send_message(Jid::pn(BEN), text("hello Ben")).await.unwrap();
    let id = sent.message_id;

    assert_eq!(ann.acknowledged(&id).await, None);
    let shown = network.phone_holds(BEN, &id).await;
    assert_eq!(shown["text"], "hello Ben");
    assert_eq!(shown["chatId"], format!("{ANN}@c.us"));
    ann.receipt(&id, ReceiptType::Delivered).await;

    let answer = network.phone_sends(BEN, ANN, json!({"kind": "text", "text": "hello Ann"})).await;
    let (got, body) = ann.message(&answer).await;
    assert_eq!(body.conversation.as_deref(), Some("hello Ann"));
    assert_eq!(got.push_name, "Ben");
    network.phone_holds_with(BEN, &answer, "delivered").await;
}
