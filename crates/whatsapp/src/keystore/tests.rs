#![allow(clippy::unwrap_used)]
use std::sync::atomic::{AtomicUsize, Ordering};

use rusqlite::Connection;
use tempfile::TempDir;
use wacore::store::traits::{PendingInboundRow, ProtocolStore as _, SignalStore as _};

use super::*;

const INSTANCE: InstanceId = InstanceId::FIRST;
const ROW: PendingInboundRow<'_> =
    PendingInboundRow { chat: "c", sender: "s", id: "A1", message: b"hello" };

/// The keys of a link, and what keeps them.
async fn linked() -> (TempDir, Keystore, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let keystore = Keystore::new(folder.path().to_owned());
    let keys = keystore.fresh(INSTANCE).await.unwrap();
    keys.store.create().await.unwrap();
    let mut device = keys.store.load().await.unwrap().unwrap();
    device.pn = Some("15550100001:1@s.whatsapp.net".parse().unwrap());
    keys.store.save(&device).await.unwrap();
    keys.are_linked();
    (folder, keystore, keys)
}

/// Lets the database fail at what has to do with messages that came in.
fn rename(keys: &Keys, from: &str, to: &str) {
    let db = Connection::open(&keys.path).unwrap();
    db.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
}

#[tokio::test]
async fn what_went_ahead_of_the_disk_does_not_reach_it_later() {
    let (_folder, keystore, keys) = linked().await;
    keys.store.put_session("ada", b"before").await.unwrap();
    keys.fence.close("a commit failed");
    assert!(keys.store.put_session("ada", b"after").await.is_err());
    let mut device = keys.store.load().await.unwrap().unwrap();
    device.push_name = "after".to_owned();
    assert!(keys.store.save(&device).await.is_err());

    let next = keystore.linked(INSTANCE).await.unwrap();
    assert_eq!(next.store.get_session("ada").await.unwrap().unwrap(), b"before"[..]);
    assert_ne!(next.store.load().await.unwrap().unwrap().push_name, "after");
}

#[tokio::test]
async fn the_session_is_told_once_that_its_store_failed() {
    let (_folder, _keystore, keys) = linked().await;
    let told = Arc::new(AtomicUsize::new(0));
    let count = told.clone();
    keys.fence.when_closed(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    rename(&keys, "sessions", "gone");
    assert!(keys.store.put_session("ada", b"1").await.is_err());
    assert!(keys.store.get_session("ada").await.is_err());
    keys.fence.close("again");
    assert_eq!(told.load(Ordering::SeqCst), 1);
}

/// The ratchet of a message may be on disk, written for another one, when the message itself
/// cannot be written.
#[tokio::test]
async fn a_decrypted_message_that_could_not_be_written_is_there_for_the_next_session() {
    let (_folder, keystore, keys) = linked().await;
    rename(&keys, "pending_inbound_messages", "gone");
    assert!(keys.store.store_pending_inbound_batch(&[ROW]).await.is_err());
    assert!(keys.fence.is_closed());
    assert!(keystore.linked(INSTANCE).await.is_err(), "it still cannot be written");

    rename(&keys, "gone", "pending_inbound_messages");
    let next = keystore.linked(INSTANCE).await.unwrap();
    let found = next.store.get_pending_inbound(ROW.chat, ROW.sender, ROW.id).await.unwrap();
    assert_eq!(found.as_deref(), Some(ROW.message));
}

#[tokio::test]
async fn keys_on_a_disk_that_is_gone_are_waited_for() {
    let (_folder, keystore, keys) = linked().await;
    let away = keys.path.with_extension("away");
    std::fs::rename(&keys.path, &away).unwrap();
    assert!(matches!(keystore.linked(INSTANCE).await.err(), Some(EngineError::Disk { .. })));
    assert!(!keys.path.exists(), "no empty one is made in their place");
    std::fs::rename(&away, &keys.path).unwrap();
    assert!(keystore.linked(INSTANCE).await.is_ok());
}

#[tokio::test]
async fn damaged_keys_are_not_taken_for_a_full_disk() {
    let (_folder, keystore, keys) = linked().await;
    let path = keys.path.clone();
    drop(keys);
    remove_database(INSTANCE, &path).unwrap();
    std::fs::write(&path, vec![7; 8192]).unwrap();
    assert!(matches!(keystore.linked(INSTANCE).await.err(), Some(EngineError::Keys { .. })));
    assert_eq!(keystore.stored(INSTANCE).await.unwrap(), StoredKeys::Unreadable);
}
