//! The disk fails a session, or what is recorded of it.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_session_that_is_ahead_of_the_disk_is_opened_anew_when_there_is_room() {
    let stage = stage().await;
    let session = stage.linked().await;
    assert_eq!(stage.told().await, ["authorized"]);
    stage.store.set_full(true);
    session.send(SessionEvent::Ended(End::StoreFailed)).await;
    session.closed().await;
    let link = until(&stage.instance, "offline", |link| link.phase == Phase::Reconnecting).await;
    assert_eq!(link.reason, Some(Reason::StoreFailed));
    assert_eq!(link.state(), InstanceState::Authorized, "it is still linked");
    let opened = tokio::time::timeout(MINUTE * 5, stage.engine.opened()).await;
    assert!(opened.is_err(), "a session was opened that could store nothing");

    stage.store.set_full(false);
    let again = tokio::time::timeout(MINUTE, stage.engine.opened()).await.expect("room is noticed");
    assert!(again.linked);
    again.send(SessionEvent::Online(account())).await;
    let link = until(&stage.instance, "online", |link| link.phase == Phase::Online).await;
    assert_eq!(link.reason, None);
    assert_eq!(stage.told().await, Vec::<String>::new());
}

#[tokio::test(start_paused = true)]
async fn sessions_that_fail_at_the_disk_one_after_the_other_come_with_growing_pauses() {
    let stage = stage().await;
    let mut session = stage.linked().await;
    let mut pauses = Vec::new();
    for _ in 0..8 {
        let ended = tokio::time::Instant::now();
        session.send(SessionEvent::Ended(End::StoreFailed)).await;
        session = stage.engine.opened().await;
        pauses.push(ended.elapsed().as_secs_f64());
        session.send(SessionEvent::Online(account())).await;
        until(&stage.instance, "online", |link| link.phase == Phase::Online).await;
    }
    for (pause, longest) in pauses.iter().zip([1, 2, 4, 8, 16, 30, 30, 30]) {
        let longest = f64::from(longest);
        assert!((longest * 0.7..=longest + 0.1).contains(pause), "{pauses:?}");
    }
    // Sleeps: one that lasts ends the row.
    tokio::time::sleep(MINUTE * 2).await;
    let ended = tokio::time::Instant::now();
    session.send(SessionEvent::Ended(End::StoreFailed)).await;
    stage.engine.opened().await;
    assert!(ended.elapsed() <= Duration::from_secs(1), "{:?}", ended.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_change_of_state_that_could_not_be_recorded_is_told_when_there_is_room() {
    let stage = stage().await;
    let session = stage.linked().await;
    assert_eq!(stage.told().await, ["authorized"]);
    stage.store.set_full(true);
    session.send(SessionEvent::Ended(End::Replaced)).await;
    until_state(&stage.instance, InstanceState::NotAuthorized).await;
    stage.store.set_full(false);
    let mut log = stage.instance.log_changes();
    tokio::time::timeout(MINUTE, log.changed()).await.expect("it is never told").unwrap();
    assert_eq!(stage.told().await, ["notAuthorized"]);
}

#[tokio::test(start_paused = true)]
async fn a_full_disk_is_told_to_whoever_wants_to_link() {
    let stage = stage().await;
    let _viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    session.send(SessionEvent::Ended(End::StoreFailed)).await;
    let link = until(&stage.instance, "told", |link| link.reason.is_some()).await;
    assert_eq!(link.reason, Some(Reason::StoreFailed));
    let again = stage.engine.opened().await;
    again.show_qr("code", MINUTE).await;
    let link = until(&stage.instance, "shown", |link| link.qr().is_some()).await;
    assert_eq!(link.reason, None);
}
