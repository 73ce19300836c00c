//! The address book of a phone, and what its devices learn of it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use wacore::types::events::Event;
use wacore_binary::Jid;

use crate::client::Client;
use crate::network::{ANN, BEN, Network};

impl Client {
    /// Waits until the client knows somebody by `name`; gives what it was told.
    async fn contact(&self, name: &str) -> (Jid, Option<String>) {
        self.eventually(&format!("contact {name}"), |event| match event {
            Event::ContactUpdate(update) if update.action.full_name.as_deref() == Some(name) => {
                Some((update.jid.clone(), update.action.lid_jid.clone()))
            }
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn a_client_learns_of_contacts_old_and_new() {
    let network = Network::start().await;
    network.tell(ANN, "contacts", json!({ "phone": BEN, "name": "Benny" })).await;
    let ann = network.linked_client(ANN).await;

    let (jid, lid) = ann.contact("Benny").await;
    assert_eq!(jid, Jid::pn(BEN));
    let phones = network.sim.phones().await;
    assert_eq!(lid.as_ref(), Some(&phones[1].lid));

    let stranger = json!({ "chatId": "442079460018@c.us", "name": "Zoe Doe", "firstName": "Zoe" });
    let saved = network.tell(ANN, "contacts", stranger.clone()).await;
    assert_eq!(saved, stranger);
    assert_eq!(ann.contact("Zoe Doe").await.0, Jid::pn("442079460018"));
}

#[tokio::test]
async fn a_phone_knows_the_contacts_that_its_client_saves() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    ann.push_name_is("Ann").await;
    let book = ann.client.chat_actions();
    book.save_contact(&Jid::pn(BEN), Some("Benny".to_owned()), None, true).await.unwrap();

    let ben = json!({ "chatId": format!("{BEN}@c.us"), "name": "Benny" });
    assert_eq!(network.ask(ANN, "contacts").await, json!([ben]));

    network.tell(ANN, "contacts", json!({ "phone": BEN, "name": "Ben" })).await;
    ann.contact("Ben").await;
}

#[tokio::test]
async fn a_contact_is_deleted() {
    let network = Network::start().await;
    network.tell(ANN, "contacts", json!({ "phone": BEN, "name": "Benny" })).await;
    let path = format!("/sandbox/phones/{ANN}/contacts/{BEN}");

    assert_eq!(network.call("DELETE", &path, Value::Null).await.0, StatusCode::OK);
    assert_eq!(network.call("DELETE", &path, Value::Null).await.0, StatusCode::NOT_FOUND);
    assert_eq!(network.ask(ANN, "contacts").await, json!([]));
}

#[tokio::test]
async fn contacts_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.tell(ANN, "contacts", json!({ "phone": BEN, "name": "Benny" })).await;
    network.stop().await;

    let network = Network::in_folder(folder.path()).await;
    assert_eq!(network.ask(ANN, "contacts").await[0]["name"], "Benny");
    network.tell(ANN, "contacts", json!({ "phone": "442079460018", "name": "Zoe" })).await;
    let ann = network.linked_client(ANN).await;
    ann.contact("Zoe").await;
}
