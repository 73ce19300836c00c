//! What survives the process.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use siskin_simulator::{Config, Error, Simulator};

use crate::client::Client;
use crate::network::{ANN, BEN, CHLOE, Network, until};

#[tokio::test]
async fn a_linked_client_comes_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let client = network.linked_client(ANN).await;
    let (address, root) = (network.address, network.sim.root_public_key());
    network.stop().await;

    let network = Network::in_folder_at(folder.path(), address).await;
    client.connected().await;

    assert_eq!(network.sim.root_public_key(), root);
    let handshakes = network.sim.status().await.handshakes;
    assert_eq!((handshakes.full, handshakes.resumed), (0, 1));
    assert_eq!(network.sim.phones().await.len(), 3);
}

#[tokio::test]
async fn a_link_is_on_disk_before_the_client_hears_of_it() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let network = Network::in_folder(folder.path()).await;
    let client = Client::new(network.address).await;
    network.sim.scan(ANN, &client.qr().await).await.unwrap();
    // What a process killed now would leave behind.
    copy_folder(folder.path(), copy.path());
    client.connected().await;

    let survivor = Network::in_folder(copy.path()).await;
    let client = client.again_at(survivor.address).await;

    client.connected().await;
    assert_eq!(survivor.linked(ANN).await.len(), 1);
}

#[tokio::test]
async fn unlinking_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    network.linked_client(ANN).await;
    network.sim.unlink(ANN, None).await.unwrap();
    network.stop().await;

    let network = Network::in_folder(folder.path()).await;

    assert_eq!(network.linked(ANN).await, []);
}

#[tokio::test]
async fn what_waits_for_a_device_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let writer = network.linked_client(ANN).await;
    let reader = network.linked_client(ANN).await;
    writer.push_name_is("Ann").await;
    reader.push_name_is("Ann").await;
    reader.client.disconnect().await;
    network.sockets_settle_at(1).await;
    writer.client.profile().set_push_name("Annabel").await.unwrap();
    writer.client.disconnect().await;
    network.stop().await;

    let network = Network::in_folder(folder.path()).await;
    let reader = reader.again_at(network.address).await;

    reader.push_name_is("Annabel").await;
}

#[tokio::test]
async fn phones_keep_their_chats() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let id = network.phone_sends(ANN, BEN, json!({"kind": "text", "text": "hello"})).await;
    network.phone_sends(BEN, ANN, json!({"kind": "reaction", "targetId": id, "text": "!"})).await;
    network.tell(BEN, "read", json!({"chatId": ANN})).await;
    let before = network.ask(ANN, "messages").await;
    assert_eq!((&before[0]["status"], &before[1]["kind"]), (&json!("read"), &json!("reaction")));
    network.stop().await;

    let network = Network::in_folder(folder.path()).await;

    assert_eq!(network.ask(ANN, "messages").await, before);
    let more = network.phone_sends(ANN, BEN, json!({"kind": "text", "text": "again"})).await;
    assert_eq!(network.phone_holds(ANN, &more).await["seq"], 3);
    assert_eq!(network.phone_holds(BEN, &more).await["text"], "again");
}

#[tokio::test]
async fn a_conversation_goes_on_after_the_network_was_killed() {
    let (folder, copy) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    for round in 0..3 {
        let id = ann.writes(BEN, &format!("question {round}")).await;
        network.phone_holds(BEN, &id).await;
        let text = json!({"kind": "text", "text": format!("answer {round}")});
        ann.message(&network.phone_sends(BEN, ANN, text).await).await;
    }
    // What is written while it runs is older than what was said.
    let file = folder.path().join("accounts").join(format!("{BEN}.json"));
    let written = || fs::metadata(&file).unwrap().modified().unwrap();
    let before = written();
    until("the account to be written", || written() > before).await;
    copy_folder(folder.path(), copy.path());
    for round in 3..10 {
        let text = json!({"kind": "text", "text": format!("answer {round}")});
        ann.message(&network.phone_sends(BEN, ANN, text).await).await;
    }
    drop(network);

    let network = Network::in_folder(copy.path()).await;
    let ann = ann.again_at(network.address).await;
    let text = json!({"kind": "text", "text": "I am back"});
    let id = network.phone_sends(BEN, ANN, text).await;
    assert_eq!(ann.message(&id).await.1.conversation.as_deref(), Some("I am back"));
    let id = ann.writes(BEN, "welcome").await;
    assert_eq!(network.phone_holds(BEN, &id).await["text"], "welcome");
}

#[tokio::test]
async fn a_folder_of_an_earlier_version_goes_on_as_it_was() {
    let earlier = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/earlier_folder");
    let folder = tempfile::tempdir().unwrap();
    copy_folder(&earlier, folder.path());

    let network = Network::in_folder(folder.path()).await;

    assert_eq!(network.linked(ANN).await.len(), 1);
    assert_eq!(network.ask(ANN, "contacts").await[0]["name"], "Benny");
    assert_eq!(network.ask(BEN, "groups").await[0]["subject"], "Old group");
    assert_eq!(network.ask(BEN, "messages").await[0]["text"], "hello from Ben");
    network.tell(CHLOE, "online", json!({"online": true})).await;
    let waited = network.phone_holds(CHLOE, "3A04DB0864A78E563EB4A33DCDF97174").await;
    assert_eq!(waited["text"], "waits for Chloe");
    let text = json!({"kind": "text", "text": "still there?"});
    let id = network.phone_sends(ANN, CHLOE, text).await;
    assert_eq!(network.phone_holds(CHLOE, &id).await["text"], "still there?");
    network.stop().await;
    let file = format!("accounts/{ANN}.json");
    let (before, after) = (members(&earlier.join(&file)), members(&folder.path().join(&file)));
    assert_eq!(after, before, "an account is written as it was read");
}

/// The members of the objects in a file of an account.
fn members(file: &Path) -> BTreeSet<String> {
    let file: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let content = &file["content"];
    let parts = [content, &content["identity"], &content["app_state"], &content["devices"]["1"]];
    let names = parts.into_iter().flat_map(|part| part.as_object().unwrap().keys().cloned());
    names.chain([file["format"].to_string()]).collect()
}

#[tokio::test]
async fn a_folder_serves_one_process() {
    let folder = tempfile::tempdir().unwrap();
    let _network = Network::in_folder(folder.path()).await;

    let error = start(folder.path()).await;

    assert!(matches!(error, Error::InUse { .. }), "{error}");
}

#[tokio::test]
async fn a_damaged_or_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    Network::in_folder(folder.path()).await.stop().await;
    let file = folder.path().join("accounts").join(format!("{ANN}.json"));
    let whole = fs::read_to_string(&file).unwrap();

    let damaged = &whole[..whole.len() / 2];
    fs::write(&file, damaged).unwrap();
    let error = start(folder.path()).await;
    assert!(matches!(error, Error::Unreadable { .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), damaged);

    let newer = whole.replacen("\"format\":1", "\"format\":2", 1);
    fs::write(&file, &newer).unwrap();
    let error = start(folder.path()).await;
    assert!(matches!(error, Error::Newer { found: 2, .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), newer);
}

async fn start(folder: &Path) -> Error {
    let config = Config { data_dir: Some(folder.to_owned()), phones: 3 };
    Simulator::start(config).await.err().expect("it started")
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
