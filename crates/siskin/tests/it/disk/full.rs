//! The disk is full for a while.

use std::time::Duration;

use siskin_testkit::eventually;

use super::Scene;
use super::storage::Disk;
use crate::stage::PATIENCE;

/// How long a read may take while the disk is full, on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(2);

fn texts(prefix: &str, count: u32) -> Vec<String> {
    (0..count).map(|number| format!("{prefix} {number}")).collect()
}

#[tokio::test]
async fn what_comes_and_is_sent_while_the_disk_is_full_arrives_once_there_is_room() {
    let scene = Scene::linked(Disk::small()).await;
    scene.ben_sends("before").await;
    assert_eq!(scene.told_until("before").await, ["before"]);
    // Accepted while there is room, and partly still on its way when there is none.
    let mut sent = Vec::new();
    for text in texts("early", 10) {
        assert!(scene.send(&text).await, "there is room");
        sent.push(text);
    }
    scene.disk.fill();
    for text in texts("in", 20) {
        scene.ben_sends(&text).await;
    }
    for text in texts("out", 5) {
        if scene.send(&text).await {
            sent.push(text);
        }
    }
    let reason = scene.until_not_ready().await;
    assert!(reason.contains("disk"), "{reason}");
    let look = async || {
        let waiting = scene.metric("siskin_instances_waiting_for_disk").await;
        anyhow::ensure!(waiting == Some(1.0), "{waiting:?}");
        Ok(())
    };
    eventually("an instance that waits", PATIENCE, look).await.unwrap();
    for api in [&scene.api, &scene.other()] {
        let read = tokio::time::timeout(AT_ONCE, api.get("getStateInstance")).await;
        assert!(read.is_ok(), "reads go on");
    }
    // Sleeps: whether it is quiet in the meantime is what this is about.
    tokio::time::sleep(Duration::from_secs(4)).await;
    assert_eq!(scene.metric("siskin_store_failures_total").await, Some(1.0), "it does not spin");
    let logged = scene.disk.logged();
    let told = logged.iter().filter(|line| line.contains("the disk did not take"));
    assert_eq!(told.count(), 1, "it is said once: {logged:#?}");

    scene.disk.make_room();
    let told = scene.told_until("in 19").await;
    assert_eq!(told, texts("in", 20));
    scene.until_ready().await;
    scene.until_ben_sees(&sent).await;
    scene.ben_sends("after").await;
    assert_eq!(scene.told_until("after").await, ["after"], "nothing is told twice");
}

#[tokio::test]
async fn a_disk_that_fills_up_again_and_again_loses_nothing() {
    let scene = Scene::linked(Disk::small()).await;
    let (mut received, mut sent) = (Vec::new(), Vec::new());
    for round in 0..2 {
        scene.disk.fill();
        for text in texts(&format!("in {round}"), 5) {
            scene.ben_sends(&text).await;
            received.push(text);
        }
        for text in texts(&format!("out {round}"), 3) {
            if scene.send(&text).await {
                sent.push(text);
            }
        }
        scene.disk.make_room();
        for text in texts(&format!("sent {round}"), 3) {
            if scene.send(&text).await {
                sent.push(text);
            }
        }
    }
    scene.ben_sends("last").await;
    received.push("last".to_owned());
    assert_eq!(scene.told_until("last").await, received);
    scene.until_ben_sees(&sent).await;
}

#[tokio::test]
async fn a_gateway_that_is_started_on_a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let mut scene = Scene::linked(Disk::small()).await;
    scene.ben_sends("before").await;
    assert_eq!(scene.told_until("before").await, ["before"]);
    let sent = vec!["accepted".to_owned()];
    assert!(scene.send(&sent[0]).await, "there is room");
    scene.until_ben_sees(&sent).await;
    scene.disk.fill();
    for text in texts("in", 3) {
        scene.ben_sends(&text).await;
    }
    scene.restart();
    let reason = scene.until_not_ready().await;
    assert!(reason.contains("disk"), "{reason}");
    assert!(!scene.send("refused").await, "it cannot be kept");
    scene.ben_sends("in 3").await;

    scene.disk.make_room();
    assert_eq!(scene.told_until("in 3").await, texts("in", 4));
    scene.until_ready().await;
    scene.until_ben_sees(&sent).await;
}
