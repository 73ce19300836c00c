//! The life of an instance, with the engine's part played by the test.

mod disk;

use std::sync::Arc;
use std::time::Duration;

use siskin_fleet::{End, Fleet, Instance, LinkError, SessionEvent, StoredKeys};
use siskin_fleet_testing::{ScriptedEngine, ScriptedSession, fleet};
use siskin_green_api::{Settings, Word};
use siskin_model::{Account, InstanceState, Link, Phase, Reason, UnixMillis};
use siskin_store::{DeletedInstance, Instances as _, Notifications as _};
use siskin_store_testing::MemoryStore;

const MINUTE: Duration = Duration::from_secs(60);
const PATIENCE: Duration = Duration::from_secs(600);

struct Stage {
    store: Arc<MemoryStore>,
    engine: Arc<ScriptedEngine>,
    fleet: Arc<Fleet>,
    instance: Arc<Instance>,
}

async fn stage() -> Stage {
    let (store, engine) = (Arc::new(MemoryStore::default()), ScriptedEngine::new());
    let fleet = fleet(store.clone(), engine.clone()).await.unwrap();
    let instance = fleet.create("Shop".into(), Settings::for_people()).await.unwrap();
    Stage { store, engine, fleet, instance }
}

fn account() -> Account {
    Account { phone: "15550100001".parse().unwrap(), device: 1, lid: None, push_name: "Ann".into() }
}

async fn until(instance: &Instance, what: &str, condition: impl FnMut(&Link) -> bool) -> Link {
    let mut link = instance.link();
    let waiting = tokio::time::timeout(PATIENCE, link.wait_for(condition)).await;
    match waiting {
        Ok(link) => link.unwrap().clone(),
        Err(_) => panic!("never {what}; it is {:?}", instance.link().borrow()),
    }
}

async fn until_state(instance: &Instance, state: InstanceState) -> Link {
    until(instance, state.word(), |link| link.state() == state).await
}

impl Stage {
    /// Links the instance and gives the session of the link back.
    async fn linked(&self) -> ScriptedSession {
        let viewer = self.instance.view_qr();
        let session = self.engine.opened().await;
        session.show_qr("code", MINUTE).await;
        session.link(&account()).await;
        until_state(&self.instance, InstanceState::Authorized).await;
        drop(viewer);
        session
    }

    /// The states that the owner was told, in order.
    async fn told(&self) -> Vec<String> {
        let mut told = Vec::new();
        let id = self.instance.id();
        while let Some(logged) = self.store.oldest(id, UnixMillis(0)).await.unwrap() {
            self.store.remove(id, logged.receipt).await.unwrap();
            told.push(logged.notification.body["stateInstance"].as_str().unwrap().to_owned());
        }
        told
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_so_there_is_no_session() {
    let stage = stage().await;
    tokio::time::advance(MINUTE * 60).await;
    assert_eq!(stage.instance.link().borrow().phase, Phase::Asleep);
    let opened = tokio::time::timeout(MINUTE, stage.engine.opened()).await;
    assert!(opened.is_err(), "a session was opened for nobody");
}

#[tokio::test(start_paused = true)]
async fn a_lost_and_regained_connection_is_told_where_the_settings_ask_for_it() {
    let stage = stage().await;
    let changes = serde_json::json!({"statusInstanceWebhook": "yes", "stateWebhook": "no"});
    stage.instance.change_settings(changes.as_object().unwrap()).await.unwrap();
    let session = stage.linked().await;
    session.send(SessionEvent::Offline).await;
    until(&stage.instance, "offline", |link| link.phase == Phase::Reconnecting).await;
    session.send(SessionEvent::Online(account())).await;
    until(&stage.instance, "online", |link| link.phase == Phase::Online).await;
    let mut told = Vec::new();
    let id = stage.instance.id();
    while let Some(logged) = stage.store.oldest(id, UnixMillis(0)).await.unwrap() {
        stage.store.remove(id, logged.receipt).await.unwrap();
        told.push(logged.notification.body["statusInstance"].clone());
    }
    assert_eq!(told, ["online", "offline", "online"]);
}

#[tokio::test(start_paused = true)]
async fn asking_wakes_it_and_it_sleeps_when_nobody_asks_any_more() {
    let stage = stage().await;
    let viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    assert!(!session.linked);
    session.show_qr("first", MINUTE).await;
    let link = until(&stage.instance, "a code", |link| link.qr().is_some()).await;
    assert_eq!(link.qr().unwrap().text, "first");
    drop(viewer);
    // A code that was shown stays scannable for its whole life.
    tokio::time::sleep(MINUTE).await;
    assert!(!session.is_closed());
    until(&stage.instance, "asleep", |link| link.phase == Phase::Asleep).await;
    session.closed().await;
}

#[tokio::test(start_paused = true)]
async fn exhausted_codes_are_replaced_as_long_as_somebody_asks() {
    let stage = stage().await;
    let _viewer = stage.instance.view_qr();
    for round in 0..5 {
        let session = stage.engine.opened().await;
        let text = format!("code {round}");
        session.show_qr(&text, MINUTE).await;
        until(&stage.instance, &text, |link| link.qr().is_some_and(|qr| qr.text == text)).await;
        session.send(SessionEvent::QrExhausted).await;
        session.closed().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_scan_links_it_and_the_owner_is_told() {
    let stage = stage().await;
    let session = stage.linked().await;
    let link = stage.instance.link().borrow().clone();
    assert_eq!(link.account, Some(account()));
    assert_eq!(stage.told().await, ["authorized"]);
    assert!(!session.is_closed());
    let history = stage.instance.state_history(10).await.unwrap();
    assert_eq!(history[0].state, InstanceState::Authorized);
    assert_eq!(history[0].phone, Some(account().phone));
}

#[tokio::test(start_paused = true)]
async fn a_pairing_code_and_a_qr_do_not_disturb_each_other() {
    let stage = stage().await;
    let _viewer = stage.instance.view_qr();
    let qr = stage.engine.opened().await;
    qr.show_qr("code", MINUTE).await;
    let code = stage.instance.pairing_code(&account().phone).await.unwrap();
    let by_number = stage.engine.opened().await;
    assert_eq!(code.code, "ABCD1234");
    // The same number again: the same code. The QR is still there, and rotates.
    assert_eq!(stage.instance.pairing_code(&account().phone).await.unwrap(), code);
    qr.show_qr("second", MINUTE).await;
    let link = until(&stage.instance, "the second code", |link| {
        link.qr().is_some_and(|qr| qr.text == "second")
    })
    .await;
    assert_eq!(link.pairing_code.unwrap().code, "ABCD1234");
    assert!(!qr.is_closed() && !by_number.is_closed());
    // The phone takes the pairing code: the session of the QR goes, the other one stays.
    by_number.link(&account()).await;
    let link = until_state(&stage.instance, InstanceState::Authorized).await;
    assert_eq!(link.pairing_code, None);
    qr.closed().await;
    assert!(!by_number.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_pairing_code_expires_and_its_session_goes() {
    let stage = stage().await;
    stage.instance.pairing_code(&account().phone).await.unwrap();
    let session = stage.engine.opened().await;
    until(&stage.instance, "no code", |link| link.pairing_code.is_none()).await;
    session.closed().await;
    // Nothing is left over: the next request is a new one.
    stage.instance.pairing_code(&account().phone).await.unwrap();
    stage.engine.opened().await;
}

#[tokio::test(start_paused = true)]
async fn a_linked_instance_gets_no_pairing_code() {
    let stage = stage().await;
    let _session = stage.linked().await;
    let refused = stage.instance.pairing_code(&account().phone).await;
    assert!(matches!(refused, Err(LinkError::AlreadyLinked)), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn logout_unlinks_removes_the_keys_and_can_be_repeated() {
    let stage = stage().await;
    let session = stage.linked().await;
    stage.instance.logout().await.unwrap();
    stage.instance.logout().await.unwrap();
    assert!(session.is_logged_out());
    assert_eq!(stage.engine.keys(stage.instance.id()), StoredKeys::Nothing);
    let link = stage.instance.link().borrow().clone();
    assert_eq!((link.phase, link.account), (Phase::Asleep, None));
    assert_eq!(link.reason, Some(Reason::LoggedOut));
    assert_eq!(stage.told().await, ["authorized", "notAuthorized"]);
}

#[tokio::test(start_paused = true)]
async fn each_end_of_a_link_is_told_apart() {
    for (end, state, reason) in [
        (End::LoggedOut, InstanceState::NotAuthorized, Reason::UnlinkedFromPhone),
        (End::Replaced, InstanceState::NotAuthorized, Reason::Replaced),
        (End::Banned, InstanceState::Blocked, Reason::Banned),
        (End::TemporarilyBanned(MINUTE), InstanceState::Suspended, Reason::TemporarilyBanned),
        (End::ClientOutdated, InstanceState::Starting, Reason::ClientOutdated),
    ] {
        let stage = stage().await;
        let session = stage.linked().await;
        session.send(SessionEvent::Ended(end)).await;
        let link = until_state(&stage.instance, state).await;
        assert_eq!(link.reason, Some(reason), "{end:?}");
        let keys_kept = stage.engine.keys(stage.instance.id()) != StoredKeys::Nothing;
        assert_eq!(keys_kept, end != End::LoggedOut, "{end:?}");
        assert_eq!(stage.told().await, ["authorized", state.word()], "{end:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_temporary_ban_ends_by_itself() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.send(SessionEvent::Ended(End::TemporarilyBanned(MINUTE))).await;
    until_state(&stage.instance, InstanceState::Suspended).await;
    let again = stage.engine.opened().await;
    assert!(again.linked);
    again.send(SessionEvent::Online(account())).await;
    until_state(&stage.instance, InstanceState::Authorized).await;
}

#[tokio::test(start_paused = true)]
async fn a_lost_socket_is_no_change_of_state() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.send(SessionEvent::Offline).await;
    until(&stage.instance, "offline", |link| link.phase == Phase::Reconnecting).await;
    session.send(SessionEvent::Online(account())).await;
    until(&stage.instance, "online", |link| link.phase == Phase::Online).await;
    assert_eq!(stage.told().await, ["authorized"]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_stops_is_replaced() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.send(SessionEvent::Ended(End::Stopped)).await;
    let again = stage.engine.opened().await;
    assert!(again.linked);
    again.send(SessionEvent::Online(account())).await;
    until(&stage.instance, "online", |link| link.phase == Phase::Online).await;
}

#[tokio::test(start_paused = true)]
async fn reboot_passes_through_starting() {
    let stage = stage().await;
    let session = stage.linked().await;
    stage.instance.reboot().await.unwrap();
    assert!(session.is_closed() && !session.is_logged_out());
    let again = stage.engine.opened().await;
    again.send(SessionEvent::Online(account())).await;
    until_state(&stage.instance, InstanceState::Authorized).await;
    assert_eq!(stage.told().await, ["authorized", "starting", "authorized"]);
}

#[tokio::test(start_paused = true)]
async fn a_late_event_of_an_old_session_touches_nothing() {
    let stage = stage().await;
    let old = stage.linked().await;
    stage.instance.reboot().await.unwrap();
    let new = stage.engine.opened().await;
    new.send(SessionEvent::Online(account())).await;
    until_state(&stage.instance, InstanceState::Authorized).await;
    old.send(SessionEvent::Ended(End::LoggedOut)).await;
    new.send(SessionEvent::Offline).await;
    until(&stage.instance, "offline", |link| link.phase == Phase::Reconnecting).await;
    assert_ne!(stage.engine.keys(stage.instance.id()), StoredKeys::Nothing);
}

#[tokio::test(start_paused = true)]
async fn a_passkey_demand_is_a_state_of_its_own_and_not_an_endless_qr() {
    let stage = stage().await;
    let viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    session.show_qr("code", MINUTE).await;
    session.send(SessionEvent::PasskeyRequired).await;
    let link = until_state(&stage.instance, InstanceState::PasskeyRequired).await;
    assert_eq!(link.reason, Some(Reason::PasskeyRequired));
    session.closed().await;
    // Trying again is a decision of the person's: leaving and coming back, or a reboot.
    stage.instance.reboot().await.unwrap();
    stage.engine.opened().await;
    drop(viewer);
    assert_eq!(stage.told().await, ["passkeyRequired", "notAuthorized"]);
}

#[tokio::test(start_paused = true)]
async fn whatsapp_out_of_reach_is_said_and_tried_again() {
    let stage = stage().await;
    let _viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    session.send(SessionEvent::Unreachable).await;
    until(&stage.instance, "unreachable", |link| link.reason == Some(Reason::Unreachable)).await;
    session.show_qr("code", MINUTE).await;
    let link = until(&stage.instance, "a code", |link| link.qr().is_some()).await;
    assert_eq!(link.reason, None);
    session.send(SessionEvent::Ended(End::Refused)).await;
    stage.engine.opened().await;
}

#[tokio::test(start_paused = true)]
async fn deleting_leaves_nothing_behind_and_can_be_repeated() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.instance.id();
    assert!(stage.fleet.delete(id).await.unwrap());
    assert!(!stage.fleet.delete(id).await.unwrap());
    assert!(session.is_logged_out());
    assert_eq!(stage.engine.keys(id), StoredKeys::Nothing);
    assert!(stage.fleet.get(id).is_none() && stage.fleet.list().is_empty());
    let next = stage.fleet.create(String::new(), Settings::default()).await.unwrap();
    assert_ne!(next.id(), id, "a number is never given twice");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_instance_is_told_of_for_three_months() {
    let stage = stage().await;
    let id = stage.instance.id();
    let long_ago = stage.fleet.create("Old".into(), Settings::default()).await.unwrap().id();
    let now = stage.fleet.clock().now();
    let before = now.minus(DeletedInstance::LISTED).minus(MINUTE);
    stage.store.delete(long_ago, before).await.unwrap();
    assert!(stage.fleet.delete(id).await.unwrap());
    let left = tokio::time::timeout(PATIENCE, until_one_is_told_of(&stage.fleet)).await.unwrap();
    assert_eq!((left.id, left.name.as_str()), (id, "Shop"));
    assert!(left.deleted >= now);
    assert!(stage.fleet.was_deleted(id).await.unwrap());
    assert!(!stage.fleet.was_deleted(long_ago).await.unwrap());
}

async fn until_one_is_told_of(fleet: &Fleet) -> DeletedInstance {
    loop {
        if let [left] = fleet.deleted().await.unwrap().as_slice() {
            return left.clone();
        }
        tokio::time::sleep(MINUTE).await;
    }
}

#[tokio::test(start_paused = true)]
async fn linked_instances_come_back_after_a_restart() {
    let first = stage().await;
    let _session = first.linked().await;
    first.fleet.shutdown().await;
    let second = fleet(first.store.clone(), first.engine.clone()).await.unwrap();
    let session = first.engine.opened().await;
    assert!(session.linked);
    session.send(SessionEvent::Online(account())).await;
    let instance = second.get(first.instance.id()).unwrap();
    until_state(&instance, InstanceState::Authorized).await;
}

#[tokio::test(start_paused = true)]
async fn the_keys_decide_when_the_process_ended_between_two_writes() {
    // The phone had accepted and the keys were on disk, the row was not.
    let first = stage().await;
    first.fleet.shutdown().await;
    first.engine.store_keys(first.instance.id(), StoredKeys::Linked(account()));
    let second = fleet(first.store.clone(), first.engine.clone()).await.unwrap();
    let session = first.engine.opened().await;
    assert!(session.linked);
    let instance = second.get(first.instance.id()).unwrap();
    assert_eq!(instance.link().borrow().account, Some(account()));
}

#[tokio::test(start_paused = true)]
async fn keys_that_cannot_be_read_are_stale_until_logout() {
    let first = stage().await;
    first.fleet.shutdown().await;
    first.engine.store_keys(first.instance.id(), StoredKeys::Unreadable);
    let second = fleet(first.store.clone(), first.engine.clone()).await.unwrap();
    let instance = second.get(first.instance.id()).unwrap();
    until(&instance, "stale", |link| link.phase == Phase::Stale).await;
    let refused = instance.pairing_code(&account().phone).await;
    assert!(matches!(refused, Err(LinkError::HasStaleKeys)), "{refused:?}");
    instance.logout().await.unwrap();
    let _viewer = instance.view_qr();
    assert!(!first.engine.opened().await.linked);
}

#[tokio::test(start_paused = true)]
async fn the_owner_is_told_nothing_that_the_settings_do_not_ask_for() {
    let stage = stage().await;
    let off = serde_json::json!({"stateWebhook": "no"});
    stage.instance.change_settings(off.as_object().unwrap()).await.unwrap();
    let _session = stage.linked().await;
    assert_eq!(stage.told().await, Vec::<String>::new());
    assert_eq!(stage.instance.state_history(10).await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_in_the_way_once_is_not_said_of_the_next_attempt() {
    let stage = stage().await;
    let viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    session.send(SessionEvent::Unreachable).await;
    until(&stage.instance, "unreachable", |link| link.reason == Some(Reason::Unreachable)).await;
    drop(viewer);
    let link = until(&stage.instance, "asleep", |link| link.phase == Phase::Asleep).await;
    assert_eq!(link.reason, Some(Reason::Unreachable), "whoever looks is still told why");
    let _viewer = stage.instance.view_qr();
    stage.engine.opened().await;
    let link = until(&stage.instance, "waking", |link| link.phase == Phase::Waking).await;
    assert_eq!(link.reason, None);
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_way_stays_said_while_it_is_tried_again() {
    let stage = stage().await;
    let _viewer = stage.instance.view_qr();
    let session = stage.engine.opened().await;
    session.send(SessionEvent::Ended(End::ClientOutdated)).await;
    stage.engine.opened().await;
    let link = until(&stage.instance, "waking", |link| link.phase == Phase::Waking).await;
    assert_eq!(link.reason, Some(Reason::ClientOutdated));
}

#[tokio::test]
async fn whoever_waits_for_a_deleted_instance_is_told() {
    let stage = stage().await;
    let waiting = tokio::spawn({
        let instance = stage.instance.clone();
        async move { instance.deleted().await }
    });
    stage.fleet.delete(stage.instance.id()).await.unwrap();
    tokio::time::timeout(PATIENCE, waiting).await.expect("it is told").unwrap();
    stage.instance.deleted().await;
}

#[tokio::test]
async fn why_no_pairing_code_comes_is_told_at_once() {
    for (event, reason) in [
        (SessionEvent::NotTrusted, Reason::ServerNotTrusted),
        (SessionEvent::Ended(End::ClientOutdated), Reason::ClientOutdated),
    ] {
        let stage = stage().await;
        stage.engine.withhold_pairing_codes();
        let phone = account().phone;
        let (answer, _session) = tokio::join!(stage.instance.pairing_code(&phone), async {
            let session = stage.engine.opened().await;
            session.send(event).await;
            session
        });
        let told = answer.unwrap_err().to_string();
        assert_eq!(told, format!("WhatsApp issued no code: {}", reason.text()));
    }
}
