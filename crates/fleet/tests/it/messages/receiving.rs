//! What comes in, and what becomes of it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use siskin_fleet::port::{InboxEvent, Received};
use siskin_fleet::{BudgetOf, LARGEST_FORM, LONGEST_TEXT, MessageError};
use siskin_model::message::{
    Deleted, Edited, FileContent, FileKind, Quoted, Reaction, Typing, TypingKind,
};
use siskin_model::{Address, Body, Content, MessageId, UnixMillis};
use siskin_store::Journal as _;
use siskin_store_testing::TestClock;

use super::stage::*;

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
    assert_eq!(rows(&stage, &bea()).await.len(), 2);
    assert_eq!(rows(&stage, &lid).await.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_an_overlong_message_no_more_is_kept_than_whatsapp_lets_somebody_write() {
    let stage = stage().await;
    let session = stage.linked().await;
    let longest = "ä".repeat(LONGEST_TEXT);
    for (id, sent, form, kept_form) in [
        ("A1B2C3D4E5F60001", longest.clone(), LARGEST_FORM, LARGEST_FORM),
        ("A1B2C3D4E5F60002", format!("{longest}ä"), LARGEST_FORM, LARGEST_FORM),
        ("A1B2C3D4E5F60003", "ä".repeat(4_000_000), 8_000_000, 0),
    ] {
        let mut message = received(id, text(&sent));
        (message.raw, message.push_name) = (vec![1; form], "B".repeat(100_000));
        session.inbox().messages(vec![message]).await.unwrap();
        let told = stage.next_told().await;
        assert_eq!(told["messageData"]["textMessageData"]["textMessage"], longest);
        assert!(told.to_string().len() < 2 * longest.len(), "the name is cut too");
        let id = MessageId::from_text(id);
        let kept = stage.store.message(stage.instance.id(), &bea(), &id).await.unwrap().unwrap();
        assert_eq!((kept.body.content.text(), kept.raw.len()), (Some(&*longest), kept_form));
    }
}

#[tokio::test(start_paused = true)]
async fn a_journal_is_read_as_somebody_takes_its_rows() {
    let stage = stage().await;
    let session = stage.linked().await;
    for number in 0..50 {
        let mut message = received(&format!("A1B2C3D4E5F6{number:04}"), text("before"));
        message.at = UnixMillis(number);
        session.inbox().messages(vec![message]).await.unwrap();
    }
    let mut journal = stage.instance.chat_rows(&bea(), 45).await.unwrap();
    let mut listed = drawn(&journal.next().await.unwrap());
    assert!(listed.len() < 45 && !listed.is_empty());
    // What has not been taken yet shows what happens meanwhile.
    let target = MessageId::from_text("A1B2C3D4E5F60010");
    let edited = Edited { target, text: "after".into(), is_caption: false };
    let mut edit = received("A1B2C3D4E5F6E000", Body::new(Content::Edited(edited)));
    edit.at = UnixMillis(100);
    session.inbox().messages(vec![edit]).await.unwrap();
    loop {
        let rows = drawn(&journal.next().await.unwrap());
        if rows.is_empty() {
            break;
        }
        listed.extend(rows);
    }
    let ids: Vec<_> = listed.iter().map(|row| row["idMessage"].as_str().unwrap()).collect();
    let expected: Vec<_> = (5..50).rev().map(|n| format!("A1B2C3D4E5F6{n:04}")).collect();
    assert_eq!(ids, expected);
    let texts = listed.iter().filter(|row| row["textMessage"] == "after");
    assert_eq!(texts.map(|row| &row["idMessage"]).collect::<Vec<_>>(), ["A1B2C3D4E5F60010"]);
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
    let row = row_of(&stage, &bea(), &target).await.unwrap();
    assert_eq!((&row["textMessage"], &row["isEdited"]), (&json!("two"), &json!(true)));
    let deletion = received("A1B2C3D4E5F60004", Body::new(deletion));
    session.inbox().messages(vec![deletion]).await.unwrap();
    let row = row_of(&stage, &bea(), &target).await.unwrap();
    assert_eq!(row["isDeleted"], true);
    let kinds: Vec<_> =
        stage.told().await.into_iter().map(|b| b["messageData"]["typeMessage"].clone()).collect();
    // What was not done is not told.
    assert_eq!(kinds, ["textMessage", "editedMessage", "deletedMessage"]);
}

#[tokio::test(start_paused = true)]
async fn in_a_group_only_an_administrator_takes_back_what_another_wrote() {
    let stage = stage().await;
    stage.set(json!({"deletedMessageWebhook": "yes"})).await;
    let session = stage.linked().await;
    let group = chat("120363000000000001@g.us");
    let by = |sender: &str, id: &str, body: Body| Received {
        chat: Address::new(group.clone()),
        sender: Address::new(chat(sender)),
        ..received(id, body)
    };
    let target = MessageId::from_text("A1B2C3D4E5F60001");
    let deletion = || Body::new(Content::Deleted(Deleted { target: target.clone() }));
    let written = by("15550100002@c.us", target.as_str(), text("one"));
    let forged = by("15550100003@c.us", "A1B2C3D4E5F60002", deletion());
    session.inbox().messages(vec![written, forged]).await.unwrap();
    let row = async || row_of(&stage, &group, &target).await.unwrap();
    assert_eq!(row().await["isDeleted"], Value::Null);
    assert_eq!(stage.told().await.len(), 1, "the deletion was told");
    assert_eq!(rows(&stage, &group).await.len(), 1);
    let by_admin = by("15550100003@c.us", "A1B2C3D4E5F60003", deletion());
    session.inbox().messages(vec![Received { by_admin: true, ..by_admin }]).await.unwrap();
    assert_eq!(row().await["isDeleted"], true);
    assert_eq!(stage.next_told().await["messageData"]["typeMessage"], "deletedMessage");
}

#[tokio::test(start_paused = true)]
async fn nobody_is_said_to_have_written_what_somebody_else_wrote() {
    let stage = stage().await;
    let session = stage.linked().await;
    let target = MessageId::from_text("A1B2C3D4E5F60001");
    let forger = chat("15550100009@c.us");
    let quoted = Quoted { id: target.clone(), participant: forger.clone(), content: None };
    let answer = Body { quoted: Some(quoted), ..text("two") };
    let reaction = Reaction { text: "👍".into(), target: target.clone(), participant: forger };
    let batch = vec![
        received(target.as_str(), text("one")),
        received("A1B2C3D4E5F60002", answer),
        received("A1B2C3D4E5F60003", Body::new(Content::Reaction(reaction))),
    ];
    session.inbox().messages(batch).await.unwrap();
    stage.next_told().await;
    for _ in 0..2 {
        let told = stage.next_told().await;
        assert_eq!(told["messageData"]["quotedMessage"]["participant"], bea().as_str(), "{told}");
    }
}

fn unreadable(id: &str) -> InboxEvent {
    InboxEvent::Undecryptable {
        chat: Address::new(bea()),
        sender: Address::new(bea()),
        from_me: false,
        id: MessageId::from_text(id),
        at: UnixMillis(1_780_000_000_000),
        push_name: "Bea".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_flood_of_unreadable_messages_some_are_told_at_once_and_none_twice() {
    let stage = stage().await;
    let session = stage.linked().await;
    let flood: Vec<_> = (0..300).map(|number| unreadable(&format!("A1{number:014}"))).collect();
    session.inbox().events(flood).await.unwrap();
    let at_once = stage.told().await.len();
    assert_eq!(at_once, 300 - 256);
    // Sleeps: the others have their time.
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert_eq!(stage.told().await.len(), 256);
}

#[tokio::test(start_paused = true)]
async fn an_unreadable_message_is_told_though_the_disk_is_full_for_a_while() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.inbox().events(vec![unreadable("A1B2C3D4E5F60001")]).await.unwrap();
    stage.store.set_full(true);
    // Sleeps: it would have been told by now.
    tokio::time::sleep(Duration::from_secs(60)).await;
    stage.store.set_full(false);
    assert_eq!(stage.next_told().await["idMessage"], "A1B2C3D4E5F60001");
}

#[tokio::test(start_paused = true)]
async fn the_name_of_a_new_group_is_asked_for_once() {
    let stage = stage().await;
    let session = stage.linked().await;
    let of_group = |number: u32| {
        let chat = Address::new(chat("120363000000000001@g.us"));
        Received { chat, ..received(&format!("A1{number:014}"), text("x")) }
    };
    for number in 0..20 {
        session.inbox().messages(vec![of_group(number)]).await.unwrap();
    }
    // Sleeps: whoever asks has done so by now.
    tokio::time::sleep(Duration::from_secs(1)).await;
    session.inbox().messages(vec![of_group(20)]).await.unwrap();
    let last = stage.told().await.pop().unwrap();
    assert_eq!(last["senderData"]["chatName"], "Weekend plans");
    assert_eq!(session.groups_asked(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_becomes_readable_is_told_as_it_is() {
    let stage = stage().await;
    let session = stage.linked().await;
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

#[tokio::test]
async fn files_over_a_budget_come_when_somebody_asks_on_another_day() {
    let clock = Arc::new(TestClock::default());
    let shared = clock.clone();
    let stage = stage_of(|setup| {
        setup.clock = shared;
        setup.file_limits.sender.files = 1;
    })
    .await;
    let session = stage.linked().await;
    let is_there = async |url: &str| stage.fleet.file_at(url).await.unwrap().is_some();
    let mut urls = Vec::new();
    for (number, who) in [(1, bea()), (2, bea()), (3, chat("15550100003@c.us"))] {
        let mut message = picture(8);
        message.id = MessageId::from_text(format!("A1B2C3D4E5F6000{number}"));
        (message.chat, message.sender) = (Address::new(who.clone()), Address::new(who));
        session.inbox().messages(vec![message]).await.unwrap();
        let told = stage.next_told().await;
        let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str().unwrap();
        // The next one comes when this one is here: those that come together share a budget in
        // whatever order they are fetched.
        assert_eq!(is_there(url).await, number != 2);
        urls.push(url.to_owned());
    }
    let second = MessageId::from_text("A1B2C3D4E5F60002");
    let refused = stage.instance.file_of(&bea(), &second).await.unwrap_err();
    assert!(matches!(refused, MessageError::HeldBack { of: BudgetOf::Sender, .. }), "{refused:?}");
    let MessageError::HeldBack { again, .. } = refused else { return };
    let moment = Duration::from_millis(1);
    clock.turn(again - moment);
    assert!(!is_there(&urls[1]).await);
    clock.turn(moment);
    assert!(is_there(&urls[1]).await);
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
