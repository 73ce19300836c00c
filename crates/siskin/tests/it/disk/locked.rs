//! Another program has a database for a while.

use rusqlite::Connection;

use super::Scene;
use super::storage::Disk;

/// Whoever has a write lock on a database.
struct Lock(Connection);

impl Lock {
    fn on(path: &std::path::Path) -> Self {
        let db = Connection::open(path).unwrap();
        db.busy_timeout(crate::stage::PATIENCE).unwrap();
        db.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(db)
    }

    fn release(self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

#[tokio::test]
async fn what_comes_while_the_gateways_database_is_locked_is_told_afterwards() {
    let scene = Scene::linked(Disk::of_machine()).await;
    let lock = Lock::on(&scene.disk.file("siskin.db"));
    for text in ["one", "two", "three"] {
        scene.ben_sends(text).await;
    }
    assert!(!scene.send("not taken").await, "it cannot be kept");
    let reason = scene.until_not_ready().await;
    assert!(reason.contains("database"), "{reason}");
    lock.release();
    assert_eq!(scene.told_until("three").await, ["one", "two", "three"]);
    scene.until_ready().await;
}

#[tokio::test]
async fn what_comes_while_the_keys_are_locked_is_told_afterwards() {
    let scene = Scene::linked(Disk::of_machine()).await;
    scene.ben_sends("before").await;
    scene.told_until("before").await;
    let folder = scene.disk.file("keys").join(scene.api.id.to_string());
    let mut files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let keys = files.find(|file| file.extension().is_some_and(|end| end == "db")).unwrap();
    let lock = Lock::on(&keys);
    let mut sent = Vec::new();
    for number in 0..3 {
        scene.ben_sends(&format!("in {number}")).await;
        let text = format!("out {number}");
        assert!(scene.send(&text).await, "it can be kept");
        sent.push(text);
    }
    let reason = scene.until_not_ready().await;
    assert!(reason.contains(&scene.api.id.to_string()), "{reason}");
    lock.release();
    assert_eq!(scene.told_until("in 2").await, ["in 0", "in 1", "in 2"]);
    scene.until_ben_sees(&sent).await;
    scene.until_ready().await;
}
