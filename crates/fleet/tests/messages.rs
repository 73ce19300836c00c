//! Messages of an instance, with the engine's part played by the test.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use siskin_fleet::incoming::{Incoming, Received, Refused};
use siskin_fleet::testing::{ScriptedEngine, ScriptedSession, setup};
use siskin_fleet::{Fleet, Instance, MessageError, Pacing, new_message_id};
use siskin_model::message::{
    Command, Deleted, Edited, FileContent, FileKind, Outgoing, Preview, Text, Typing, TypingKind,
};
use siskin_model::{
    Account, Address, Body, ChatId, Content, InstanceState, MessageId, MessageStatus, Settings,
    UnixMillis,
};
use siskin_store::{MemoryStore, Notifications as _, Outbox as _};

const PATIENCE: Duration = Duration::from_secs(600);

struct Stage {
    store: Arc<MemoryStore>,
    engine: Arc<ScriptedEngine>,
    fleet: Arc<Fleet>,
    instance: Arc<Instance>,
}

fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

fn bea() -> ChatId {
    chat("15550100002@c.us")
}

fn account() -> Account {
    let phone = "15550100001".parse().unwrap();
    Account { phone, device: 1, lid: Some("900".into()), push_name: "Ann".into() }
}

async fn stage_with(pacing: Pacing) -> Stage {
    let (store, engine) = (Arc::new(MemoryStore::default()), ScriptedEngine::new());
    let fleet = Fleet::start(setup(store.clone(), engine.clone(), pacing)).await.unwrap();
    let instance = fleet.create("Shop".into(), Settings::for_people()).await.unwrap();
    Stage { store, engine, fleet, instance }
}

async fn stage() -> Stage {
    stage_with(Pacing::Off).await
}

fn text(text: &str) -> Body {
    Body::new(Content::Text(Text { text: text.to_owned(), is_template: false }))
}

fn received(id: &str, body: Body) -> Received {
    Received {
        chat: Address::new(bea()),
        sender: Address::new(bea()),
        from_me: false,
        id: MessageId::from_text(id),
        at: UnixMillis(1_780_000_000_000),
        push_name: "Bea".into(),
        body,
        raw: id.as_bytes().to_vec(),
        file_size: None,
        status: None,
    }
}

impl Stage {
    async fn linked(&self) -> ScriptedSession {
        let asking = self.instance.ask();
        let session = self.engine.opened().await;
        session.show_qr("code", Duration::from_secs(60)).await;
        self.log_in(&session).await;
        drop(asking);
        self.told().await;
        session
    }

    async fn log_in(&self, session: &ScriptedSession) {
        session.link(&account()).await;
        let mut link = self.instance.link();
        let waiting = link.wait_for(|link| link.state() == InstanceState::Authorized);
        tokio::time::timeout(PATIENCE, waiting).await.expect("never authorized").unwrap();
    }

    async fn set(&self, settings: Value) {
        let Value::Object(changes): Value = settings else { panic!("settings are an object") };
        let changes: Map<String, Value> = changes;
        self.instance.change_settings(&changes).await.unwrap();
    }

    /// What the owner was told, in order; taken out of the log.
    async fn told(&self) -> Vec<Value> {
        let mut told = Vec::new();
        let id = self.instance.id();
        while let Some(logged) = self.store.oldest(id, UnixMillis(0)).await.unwrap() {
            self.store.remove(id, logged.receipt).await.unwrap();
            told.push(logged.notification.body);
        }
        told
    }

    /// The next thing that the owner is told.
    async fn next_told(&self) -> Value {
        let mut changes = self.instance.log_changes();
        let next = async {
            loop {
                changes.mark_unchanged();
                let id = self.instance.id();
                if let Some(logged) = self.store.oldest(id, UnixMillis(0)).await.unwrap() {
                    self.store.remove(id, logged.receipt).await.unwrap();
                    return logged.notification.body;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("nothing was told")
    }

    async fn accept(&self, command: Command) -> MessageId {
        self.accept_for(bea(), command, None).await
    }

    async fn accept_for(
        &self,
        chat: ChatId,
        command: Command,
        typing: Option<Typing>,
    ) -> MessageId {
        let id = new_message_id();
        let outgoing = Outgoing {
            id: id.clone(),
            chat,
            command,
            quoted: None,
            typing,
            method: "sendMessage".into(),
            request: json!({}),
            batch: None,
            accepted: self.fleet.clock().now(),
        };
        self.instance.accept(vec![outgoing]).await.unwrap();
        id
    }

    async fn send_text(&self, text: &str) -> MessageId {
        self.accept(Command::Text { text: text.into(), preview: Preview::Off }).await
    }
}

#[tokio::test(start_paused = true)]
async fn what_comes_twice_is_told_once() {
    let stage = stage().await;
    let session = stage.linked().await;
    let batch = vec![received("A1B2C3D4E5F60001", text("one"))];
    session.inbox().messages(batch.clone()).await.unwrap();
    session.inbox().messages(batch).await.unwrap();
    let told = stage.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["messageData"]["textMessageData"]["textMessage"], "one");
    assert_eq!(told[0]["senderData"]["senderName"], "Bea");
    assert_eq!(told[0]["senderData"]["chatName"], "Bea");
}

#[tokio::test(start_paused = true)]
async fn a_message_leaves_is_told_and_gets_its_status() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("hello").await;
    let sent = session.transmitted().await;
    assert_eq!((sent.chat, &sent.id), (bea(), &id));
    let told = stage.next_told().await;
    assert_eq!(told["typeWebhook"], "outgoingAPIMessageReceived");
    assert_eq!(told["messageData"]["extendedTextMessageData"]["text"], "hello");
    session.acknowledge(&id, None).await.unwrap();
    assert_eq!(stage.next_told().await["status"], "sent");
    let receipt = |status| {
        let (chat, ids) = (Address::new(bea()), vec![id.clone()]);
        Incoming::Receipt { chat, ids, status, at: UnixMillis(1_780_000_001_000) }
    };
    // Late, twice and out of order: each status is told once, and never goes back.
    let events = [MessageStatus::Delivered, MessageStatus::Read, MessageStatus::Delivered];
    session.inbox().events(events.map(receipt).to_vec()).await.unwrap();
    let told = stage.told().await;
    let statuses: Vec<_> = told.iter().map(|body| body["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["delivered", "read"]);
    assert!(told.iter().all(|body| body["sendByApi"] == true));
    assert_eq!(stage.instance.queue_length().await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_receipt_overtakes_the_acknowledgement_is_told_as_sent_first() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("hello").await;
    session.transmitted().await;
    assert_eq!(stage.next_told().await["typeWebhook"], "outgoingAPIMessageReceived");
    let receipt = Incoming::Receipt {
        chat: Address::new(bea()),
        ids: vec![id.clone()],
        status: MessageStatus::Delivered,
        at: UnixMillis(1_780_000_001_000),
    };
    session.inbox().events(vec![receipt]).await.unwrap();
    session.acknowledge(&id, None).await.unwrap();
    let told = stage.told().await;
    let statuses: Vec<_> = told.iter().map(|body| body["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["sent", "delivered"]);
}

#[tokio::test(start_paused = true)]
async fn messages_accepted_while_unlinked_leave_in_order_once_linked() {
    let stage = stage().await;
    let mut accepted = Vec::new();
    for number in 0..5 {
        accepted.push(stage.send_text(&number.to_string()).await);
    }
    assert_eq!(stage.instance.queue_length().await.unwrap(), 5);
    let session = stage.linked().await;
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(session.transmitted().await.id);
    }
    assert_eq!(left, accepted);
}

#[tokio::test(start_paused = true)]
async fn the_pause_between_two_sends_is_kept() {
    let stage = stage_with(Pacing::Settings).await;
    stage.set(json!({"delaySendMessagesMilliseconds": 3000})).await;
    let session = stage.linked().await;
    for number in 0..3 {
        stage.send_text(&number.to_string()).await;
    }
    session.transmitted().await;
    let first = tokio::time::Instant::now();
    session.transmitted().await;
    session.transmitted().await;
    let apart = first.elapsed();
    assert!(apart >= Duration::from_secs(6) && apart < Duration::from_secs(7), "{apart:?}");
}

#[tokio::test(start_paused = true)]
async fn the_pause_is_kept_when_each_message_is_accepted_after_the_last_one_is_acknowledged() {
    let stage = stage_with(Pacing::Settings).await;
    stage.set(json!({"delaySendMessagesMilliseconds": 3000})).await;
    let session = stage.linked().await;
    let first = stage.send_text("1").await;
    session.transmitted().await;
    let left = tokio::time::Instant::now();
    session.acknowledge(&first, None).await.unwrap();
    tokio::time::advance(Duration::from_millis(100)).await;
    stage.send_text("2").await;
    session.transmitted().await;
    assert!(left.elapsed() >= Duration::from_secs(3), "{:?}", left.elapsed());
}

#[tokio::test(start_paused = true)]
async fn whatsapp_being_busy_delays_a_message_and_does_not_stop_the_queue() {
    let stage = stage().await;
    let session = stage.linked().await;
    let stranger = chat("15550109998@c.us");
    session.busy(2);
    let text = |text: &str| Command::Text { text: text.into(), preview: Preview::Off };
    let patient = stage.accept_for(stranger.clone(), text("soon"), None).await;
    assert_eq!(session.transmitted().await.id, patient);
    assert_eq!(stage.next_told().await["typeWebhook"], "outgoingAPIMessageReceived");
    session.busy(3);
    let given_up = stage.accept_for(chat("15550109997@c.us"), text("never"), None).await;
    let next = stage.send_text("next").await;
    assert_eq!(session.transmitted().await.id, next);
    let told = stage.next_told().await;
    assert_eq!(
        (&told["status"], &told["idMessage"]),
        (&json!("failed"), &json!(given_up.as_str()))
    );
    assert!(told["description"].as_str().unwrap().contains("busy"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn what_never_left_is_in_the_journal_with_its_reason() {
    let stage = stage().await;
    let session = stage.linked().await;
    let nobody = chat("15550109999@c.us");
    session.without_account(nobody.clone());
    let text = Command::Text { text: "x".into(), preview: Preview::Off };
    let id = stage.accept_for(nobody.clone(), text, None).await;
    stage.next_told().await;
    let kept = stage.instance.message(&nobody, &id).await.unwrap().unwrap();
    assert_eq!(kept.status, Some(MessageStatus::NoAccount));
    assert_eq!(kept.body.content.text(), Some("x"));
    assert!(!kept.description.is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_to_a_lid_leaves_the_queue_once_acknowledged() {
    let stage = stage().await;
    let session = stage.linked().await;
    let lid = chat("300@lid");
    let both = Address { id: bea(), other: Some(lid.clone()) };
    let came = Received { chat: both.clone(), sender: both, ..received("A1", text("Hi")) };
    session.inbox().messages(vec![came]).await.unwrap();
    let command = Command::Text { text: "x".into(), preview: Preview::Off };
    let id = stage.accept_for(lid, command, None).await;
    session.transmitted().await;
    session.acknowledge(&id, None).await.unwrap();
    let queue = stage.store.next_outgoing(stage.instance.id(), 0, 9).await.unwrap();
    assert_eq!(queue, []);
}

#[tokio::test(start_paused = true)]
async fn what_is_cleared_does_not_leave_and_what_leaves_is_not_shown() {
    let stage = stage_with(Pacing::Settings).await;
    let session = stage.linked().await;
    let first = stage.send_text("first").await;
    assert_eq!(session.transmitted().await.id, first);
    session.acknowledge(&first, None).await.unwrap();
    stage.send_text("second").await;
    let waiting = stage.instance.queue().await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_eq!(stage.instance.clear_queue().await.unwrap(), 1);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(session.transmitted_so_far().await, []);
}

#[tokio::test(start_paused = true)]
async fn a_refused_message_fails_with_a_reason_and_the_next_one_leaves() {
    let stage = stage().await;
    let session = stage.linked().await;
    for (refused, status) in [
        (Refused::Other("479".into()), "failed"),
        (Refused::NoAccount, "noAccount"),
        (Refused::NotInGroup, "notInGroup"),
        (Refused::Restricted("463".into()), "yellowCard"),
    ] {
        let id = stage.send_text("x").await;
        session.transmitted().await;
        assert_eq!(stage.next_told().await["typeWebhook"], "outgoingAPIMessageReceived");
        session.acknowledge(&id, Some(refused)).await.unwrap();
        let told = stage.next_told().await;
        assert_eq!(told["status"], status);
        assert!(!told["description"].as_str().unwrap().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_number_without_account_is_told_whatever_the_settings_say() {
    let stage = stage().await;
    stage.set(json!({"outgoingWebhook": "no", "outgoingAPIMessageWebhook": "no"})).await;
    let session = stage.linked().await;
    session.without_account(chat("15550109999@c.us"));
    let text = Command::Text { text: "x".into(), preview: Preview::Off };
    let lost = stage.accept_for(chat("15550109999@c.us"), text, None).await;
    let left = stage.send_text("y").await;
    assert_eq!(session.transmitted().await.id, left);
    let told = stage.next_told().await;
    assert_eq!(told["status"], "noAccount");
    assert_eq!(told["idMessage"], lost.as_str());
}

#[tokio::test(start_paused = true)]
async fn what_is_not_acknowledged_is_sent_again_and_fails_in_the_end() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("x").await;
    assert_eq!(stage.next_told().await["typeWebhook"], "outgoingAPIMessageReceived");
    for _ in 0..3 {
        assert_eq!(session.transmitted().await.id, id);
    }
    let told = stage.next_told().await;
    assert_eq!(told["status"], "failed");
    assert!(told["description"].as_str().unwrap().contains("acknowledge"));
    assert_eq!(session.transmitted_so_far().await, []);
}

#[tokio::test(start_paused = true)]
async fn what_was_on_its_way_is_sent_again_with_the_same_id_after_a_restart() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("x").await;
    let first = session.transmitted().await;
    stage.told().await;
    stage.fleet.shutdown().await;
    let again = setup(stage.store.clone(), stage.engine.clone(), Pacing::Off);
    let fleet = Fleet::start(again).await.unwrap();
    let session = stage.engine.opened().await;
    session.send(siskin_fleet::SessionEvent::Online(account())).await;
    let second = session.transmitted().await;
    assert_eq!((second.id, second.raw), (id, first.raw));
    // It was told when it left the first time.
    let told = stage.told().await;
    assert!(told.iter().all(|body| body["typeWebhook"] == "stateInstanceChanged"), "{told:?}");
    fleet.shutdown().await;
}

#[tokio::test(start_paused = true)]
async fn typing_is_shown_before_a_message_that_asks_for_it() {
    let stage = stage().await;
    let session = stage.linked().await;
    let typing = Typing { millis: 4000, kind: TypingKind::Recording };
    let start = tokio::time::Instant::now();
    let text = Command::Text { text: "x".into(), preview: Preview::Off };
    stage.accept_for(bea(), text, Some(typing)).await;
    session.transmitted().await;
    assert!(start.elapsed() >= Duration::from_secs(4));
    assert_eq!(session.typing(), [(bea(), Some(TypingKind::Recording))]);
}

#[tokio::test(start_paused = true)]
async fn a_sender_behind_a_lid_is_known_by_number_and_shown_as_the_settings_ask() {
    let stage = stage().await;
    let session = stage.linked().await;
    let lid = chat("100000000000001@lid");
    let mut message = received("A1B2C3D4E5F60001", text("one"));
    message.chat = Address { id: lid.clone(), other: Some(bea()) };
    message.sender = message.chat.clone();
    session.inbox().messages(vec![message]).await.unwrap();
    assert_eq!(stage.next_told().await["senderData"]["chatId"], bea().as_str());
    stage.set(json!({"enableLidMode": "yes"})).await;
    // This time only the LID comes along: it is the same chat.
    let mut message = received("A1B2C3D4E5F60002", text("two"));
    (message.chat, message.sender) = (Address::new(lid.clone()), Address::new(lid.clone()));
    session.inbox().messages(vec![message]).await.unwrap();
    let told = stage.next_told().await;
    assert_eq!(told["senderData"]["chatId"], lid.as_str());
    assert_eq!(told["senderData"]["sender"], lid.as_str());
    assert_eq!(stage.instance.chat_rows(&bea(), 10).await.unwrap().len(), 2);
    assert_eq!(stage.instance.chat_rows(&lid, 10).await.unwrap().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lid_without_a_number_is_never_dropped() {
    let stage = stage().await;
    let session = stage.linked().await;
    let lid = chat("100000000000001@lid");
    let mut message = received("A1B2C3D4E5F60001", text("one"));
    (message.chat, message.sender) = (Address::new(lid.clone()), Address::new(lid.clone()));
    session.inbox().messages(vec![message]).await.unwrap();
    assert_eq!(stage.next_told().await["senderData"]["chatId"], lid.as_str());
}

#[tokio::test(start_paused = true)]
async fn edits_and_deletions_change_what_is_remembered_if_the_writer_asks() {
    let stage = stage().await;
    stage.set(json!({"editedMessageWebhook": "yes", "deletedMessageWebhook": "yes"})).await;
    let session = stage.linked().await;
    let target = MessageId::from_text("A1B2C3D4E5F60001");
    let edit = |text: &str| {
        let (target, text) = (target.clone(), text.to_owned());
        Body::new(Content::Edited(Edited { target, text, is_caption: false }))
    };
    let mut forged = received("A1B2C3D4E5F60003", edit("forged"));
    forged.sender = Address::new(chat("15550100003@c.us"));
    let deletion = Content::Deleted(Deleted { target: target.clone() });
    session
        .inbox()
        .messages(vec![
            received(target.as_str(), text("one")),
            received("A1B2C3D4E5F60002", edit("two")),
            forged,
        ])
        .await
        .unwrap();
    let row = stage.instance.message_row(&bea(), &target).await.unwrap().unwrap();
    assert_eq!((&row["textMessage"], &row["isEdited"]), (&json!("two"), &json!(true)));
    let deletion = received("A1B2C3D4E5F60004", Body::new(deletion));
    session.inbox().messages(vec![deletion]).await.unwrap();
    let row = stage.instance.message_row(&bea(), &target).await.unwrap().unwrap();
    assert_eq!(row["isDeleted"], true);
    let kinds: Vec<_> =
        stage.told().await.into_iter().map(|b| b["messageData"]["typeMessage"].clone()).collect();
    assert_eq!(kinds, ["textMessage", "editedMessage", "editedMessage", "deletedMessage"]);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_becomes_readable_is_told_as_it_is() {
    let stage = stage().await;
    let session = stage.linked().await;
    let unreadable = |id: &str| Incoming::Undecryptable {
        chat: Address::new(bea()),
        sender: Address::new(bea()),
        from_me: false,
        id: MessageId::from_text(id),
        at: UnixMillis(1_780_000_000_000),
        push_name: "Bea".into(),
    };
    let events = vec![unreadable("A1B2C3D4E5F60001"), unreadable("A1B2C3D4E5F60002")];
    session.inbox().events(events).await.unwrap();
    let readable = received("A1B2C3D4E5F60001", text("one"));
    session.inbox().messages(vec![readable]).await.unwrap();
    let texts = [stage.next_told().await, stage.next_told().await]
        .map(|body| body["messageData"]["textMessageData"]["textMessage"].clone());
    assert_eq!(texts, ["one", "{{SWE001}}"]);
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(stage.told().await, Vec::<Value>::new());
}

fn picture(size: u64) -> Received {
    let file = FileContent {
        kind: FileKind::Image,
        file: None,
        too_large: false,
        caption: String::new(),
        file_name: "one.jpg".into(),
        mime_type: "image/jpeg".into(),
        thumbnail: String::new(),
        is_animated: false,
    };
    let body = Body::new(Content::File(file));
    Received { file_size: Some(size), ..received("A1B2C3D4E5F60001", body) }
}

#[tokio::test]
async fn a_file_is_fetched_and_can_be_opened_by_its_address() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.inbox().messages(vec![picture(8)]).await.unwrap();
    let told = stage.next_told().await;
    let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str().unwrap();
    assert!(url.ends_with("/one.jpg"), "{url}");
    let kept = stage.fleet.file_at(url).await.unwrap().expect("the file is not there");
    assert_eq!(std::fs::read(&kept.path).unwrap(), b"the file");
    let id = MessageId::from_text("A1B2C3D4E5F60001");
    assert_eq!(stage.instance.file_of(&bea(), &id).await.unwrap().url, url);
    stage.fleet.delete(stage.instance.id()).await.unwrap();
    assert!(!kept.path.exists(), "the file outlived its instance");
}

#[tokio::test(start_paused = true)]
async fn a_file_over_the_limit_is_marked_and_not_fetched() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.inbox().messages(vec![picture(100 * 1024 * 1024 + 1)]).await.unwrap();
    let told = stage.next_told().await;
    assert_eq!(told["messageData"]["fileMessageData"]["downloadUrl"], "{{SWE002}}");
    let id = MessageId::from_text("A1B2C3D4E5F60001");
    let refused = stage.instance.file_of(&bea(), &id).await.unwrap_err();
    assert!(matches!(refused, MessageError::NoFile), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn reading_a_chat_marks_every_unread_message_once() {
    let stage = stage().await;
    let session = stage.linked().await;
    let batch = ["A1B2C3D4E5F60001", "A1B2C3D4E5F60002"].map(|id| received(id, text("x")));
    session.inbox().messages(batch.to_vec()).await.unwrap();
    assert!(stage.instance.read_chat(&bea(), None).await.unwrap());
    assert!(stage.instance.read_chat(&bea(), None).await.unwrap());
    assert_eq!(session.read().len(), 2);
    let unknown = MessageId::from_text("A1B2C3D4E5F69999");
    assert!(!stage.instance.read_chat(&bea(), Some(&unknown)).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn what_needs_a_connection_says_so_without_one() {
    let stage = stage().await;
    let typing = Typing { millis: 1000, kind: TypingKind::Typing };
    let refused = stage.instance.show_typing(&bea(), typing).await.unwrap_err();
    assert!(matches!(refused, MessageError::NotOnline), "{refused:?}");
    let refused = stage.instance.read_chat(&bea(), None).await.unwrap_err();
    assert!(matches!(refused, MessageError::NotOnline), "{refused:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_removed_from_the_own_devices_is_marked() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.inbox().messages(vec![received("A1", text("Hi"))]).await.unwrap();
    let target = MessageId::from_text("A1");
    let mut journal = stage.instance.journal_changes();
    journal.mark_unchanged();
    stage.accept(Command::Delete { target: target.clone(), only_for_me: true }).await;
    journal.changed().await.unwrap();
    assert!(stage.instance.message(&bea(), &target).await.unwrap().unwrap().is_deleted);
}

#[tokio::test(start_paused = true)]
async fn an_edit_that_waited_past_its_time_fails() {
    let stage = stage().await;
    let session = stage.linked().await;
    let long_ago = Received { from_me: true, ..received("A1", text("Hi")) };
    session.inbox().messages(vec![long_ago]).await.unwrap();
    stage.told().await;
    let target = MessageId::from_text("A1");
    let edit = stage.accept(Command::Edit { target, text: "Hello".into() }).await;
    let told = stage.next_told().await;
    assert_eq!((&told["status"], &told["idMessage"]), (&json!("failed"), &json!(edit.as_str())));
    assert_eq!(session.transmitted_so_far().await, []);
}
