//! What a client learns of the time before it was linked.

use serde_json::json;
use wacore::types::events::{Event, LazyHistorySync};
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType as Kind;
use waproto::whatsapp::web_message_info::{Status, StubType};

use crate::client::{Client, HistoryKind};
use crate::network::{ANN, BEN, CHLOE, Network, until};

impl Client {
    /// Waits for a piece of history; gives what stands in it.
    async fn history(
        &self,
        what: &str,
        pick: impl Fn(&LazyHistorySync, &wa::HistorySync) -> bool,
    ) -> wa::HistorySync {
        self.eventually(what, |event| {
            let Event::HistorySync(piece) = event else {
                return None;
            };
            let told = piece.get()?;
            pick(piece, told).then(|| told.clone())
        })
        .await
    }

    async fn history_of_type(&self, kind: Kind) -> wa::HistorySync {
        self.history(&format!("history {kind:?}"), |_, told| told.sync_type == kind).await
    }
}

async fn link(network: &Network, phone: &str, history: HistoryKind) -> Client {
    let client = Client::asking_for(network.address, history).await;
    network.sim.scan(phone, &client.qr().await).await.unwrap();
    client.connected().await;
    client
}

fn words(text: &str) -> serde_json::Value {
    json!({ "kind": "text", "text": text })
}

fn conversation<'t>(told: &'t wa::HistorySync, id: &str) -> &'t wa::Conversation {
    told.conversations.iter().find(|chat| chat.id == id).unwrap()
}

fn texts(conversation: &wa::Conversation) -> Vec<&str> {
    let messages = conversation.messages.iter();
    messages.filter_map(|one| one.message.message.conversation.as_deref()).collect()
}

#[tokio::test]
async fn a_client_learns_of_chats_names_and_what_became_of_messages() {
    for history in [HistoryKind::Browser, HistoryKind::Everything] {
        let network = Network::start().await;
        let phones = network.sim.phones().await;
        let ben = &phones[1].lid;
        network.tell(ANN, "contacts", json!({ "phone": BEN, "name": "Benny" })).await;
        let asked = network.phone_sends(ANN, BEN, words("Tea?")).await;
        network.phone_holds_with(ANN, &asked, "delivered").await;
        network.tell(BEN, "read", json!({ "chatId": ANN })).await;
        network.phone_holds_with(ANN, &asked, "read").await;
        let taken_back = network.phone_sends(BEN, ANN, words("no")).await;
        network.phone_holds(ANN, &taken_back).await;
        let delete = json!({ "kind": "delete", "targetId": taken_back });
        let deleted = network.phone_sends(BEN, ANN, delete).await;
        network.phone_holds(ANN, &deleted).await;
        let answer = network.phone_sends(BEN, ANN, words("Yes")).await;
        network.phone_holds(ANN, &answer).await;
        let asked = json!({ "subject": "Friends", "participants": [ANN, BEN] });
        let group = network.tell(CHLOE, "groups", asked).await;
        let group = group["chatId"].as_str().unwrap();
        let hello = network.phone_sends(CHLOE, group, words("hello all")).await;
        network.phone_holds(ANN, &hello).await;

        let client = link(&network, ANN, history).await;

        let first = client.history_of_type(Kind::INITIAL_BOOTSTRAP).await;
        let chat = conversation(&first, ben);
        assert_eq!(chat.pn_jid, Some(Jid::pn(BEN).to_string()));
        assert_eq!(chat.name.as_deref(), Some("Benny"));
        assert_eq!(chat.unread_count, Some(2), "{history:?}");
        assert_eq!(texts(chat), ["Yes", "Tea?"]);
        let messages: Vec<_> = chat.messages.iter().map(|one| &*one.message).collect();
        assert_eq!(messages[1].message_stub_type, Some(StubType::REVOKE));
        assert_eq!(messages[2].status, Some(Status::READ));
        assert_eq!(messages[2].key.from_me, Some(true));
        let friends = conversation(&first, group);
        assert_eq!(friends.name.as_deref(), Some("Friends"));
        assert_eq!(friends.participant.len(), 3);
        let author = friends.messages[0].message.key.participant.as_deref();
        assert_eq!(author, Some(&*phones[2].lid));
        let known = first.phone_number_to_lid_mappings.iter();
        assert!(known.clone().any(|one| one.lid_jid.as_ref() == Some(ben)));
        assert_eq!(known.count(), 3);

        let names = client.history_of_type(Kind::PUSH_NAME).await;
        let names: Vec<_> = names.pushnames.iter().map(|one| one.pushname.as_deref()).collect();
        assert_eq!(names, [Some("Ann"), Some("Ben"), Some("Chloe")]);
        client.history("the end of history", |piece, _| piece.progress() == Some(100)).await;
        assert_eq!(network.sim.unknown_stanzas(), [].into());
    }
}

#[tokio::test]
async fn long_chats_come_in_chunks_and_older_messages_on_request() {
    const COUNT: usize = 1500;
    let network = Network::start().await;
    let mut ids = Vec::new();
    for index in 0..COUNT {
        ids.push(network.phone_sends(ANN, BEN, words(&index.to_string())).await);
    }
    let client = link(&network, ANN, HistoryKind::Browser).await;

    let mut told = vec![client.history_of_type(Kind::INITIAL_BOOTSTRAP).await];
    for progress in [0, 100] {
        told.push(
            client
                .history("a chunk", |piece, told| {
                    told.sync_type == Kind::RECENT && piece.progress() == Some(progress)
                })
                .await,
        );
    }
    let texts: Vec<_> = told.iter().flat_map(|told| texts(&told.conversations[0])).collect();
    let expected: Vec<_> = (0..COUNT).rev().map(|index| index.to_string()).collect();
    assert_eq!(texts, expected);
    let orders: Vec<_> = told.iter().map(|told| told.chunk_order).collect();
    assert_eq!(orders, [Some(1), Some(3), Some(4)]);

    let chat = Jid::pn(BEN);
    let request = client.client.fetch_message_history(&chat, &ids[100], true, 0, 50).await.unwrap();
    let older = client.history("older messages", |piece, _| {
        piece.peer_data_request_session_id() == Some(&*request)
    });
    let older = older.await;
    let numbers: Vec<_> = (50..100).rev().map(|index| index.to_string()).collect();
    assert_eq!(self::texts(&older.conversations[0]), numbers);
}

#[tokio::test]
async fn a_client_that_skips_history_is_none_the_worse() {
    let network = Network::start().await;
    let before = network.phone_sends(BEN, ANN, words("before")).await;
    network.phone_holds(ANN, &before).await;
    let client = link(&network, ANN, HistoryKind::Nothing).await;

    let after = network.phone_sends(BEN, ANN, words("after")).await;
    let (_, message) = client.message(&after).await;
    assert_eq!(message.conversation.as_deref(), Some("after"));
    until("the account to settle", || client.client.push_name() == "Ann").await;
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn history_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let client = link(&network, ANN, HistoryKind::Browser).await;
    client.history_of_type(Kind::INITIAL_BOOTSTRAP).await;
    let address = network.address;
    network.stop().await;

    let network = Network::in_folder_at(folder.path(), address).await;
    client.connected().await;
    let after = network.phone_sends(BEN, ANN, words("after")).await;
    client.message(&after).await;
    let again = client.events_so_far().await;
    let count = again.iter().filter(|event| matches!(&***event, Event::HistorySync(_))).count();
    assert_eq!(count, 1);
}
