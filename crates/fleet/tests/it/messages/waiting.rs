//! Messages that were accepted and wait to be sent, as others refer to them.

use serde_json::{Value, json};
use siskin_model::message::{Command, Outgoing, Preview};
use siskin_model::{Body, MessageId, MessageStatus};

use super::stage::*;

fn said(raw: &[u8]) -> Body {
    serde_json::from_slice(raw).unwrap()
}

fn answer(stage: &Stage, quoted: &MessageId) -> Outgoing {
    Outgoing {
        id: siskin_fleet::new_message_id(),
        chat: bea(),
        command: Command::Text { text: "Yes".into(), preview: Preview::Off },
        quoted: Some(quoted.clone()),
        typing: None,
        method: "sendMessage".into(),
        request: json!({}),
        batch: None,
        accepted: stage.fleet.clock().now(),
    }
}

async fn row(stage: &Stage, id: &MessageId) -> Value {
    row_of(stage, &bea(), id).await.expect("no such message")
}

#[tokio::test(start_paused = true)]
async fn what_refers_to_a_waiting_message_takes_it_as_it_stands_when_its_turn_comes() {
    let stage = stage().await;
    let first = stage.send_text("until six").await;
    assert_eq!(row(&stage, &first).await["statusMessage"], "pending");
    let edit = Command::Edit { target: first.clone(), text: "until seven".into() };
    let edit = stage.accept(edit).await;
    let forward = Command::Forward { from: bea(), message: first.clone() };
    let forward = stage.accept(forward).await;
    let answer = answer(&stage, &first);
    stage.instance.accept(vec![answer.clone()]).await.unwrap();
    let session = stage.linked().await;
    let mut left = Vec::new();
    for _ in 0..4 {
        let sent = session.transmitted().await;
        left.push((sent.id, said(&sent.raw)));
    }
    let ids: Vec<&MessageId> = left.iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [&first, &edit, &forward, &answer.id]);
    assert_eq!(left[0].1.content.text(), Some("until six"));
    assert_eq!(left[2].1.content.text(), Some("until seven"), "it was edited before");
    let quoted = left[3].1.quoted.clone().unwrap();
    assert_eq!(quoted.content.unwrap().text(), Some("until seven"));
    let row = row(&stage, &first).await;
    assert_eq!((&row["textMessage"], &row["isEdited"]), (&json!("until seven"), &json!(true)));
    assert_eq!(rows(&stage, &bea()).await.len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_withdrawn_message_does_not_leave_and_what_needs_it_says_so() {
    let stage = stage().await;
    let gone = stage.send_text("gone").await;
    let forward = Command::Forward { from: bea(), message: gone.clone() };
    let forward = stage.accept(forward).await;
    let answer = answer(&stage, &gone);
    stage.instance.accept(vec![answer.clone()]).await.unwrap();
    assert!(stage.instance.withdraw(&bea(), &gone).await.unwrap());
    assert!(!stage.instance.withdraw(&bea(), &gone).await.unwrap());
    assert_eq!(stage.instance.message(&bea(), &gone).await.unwrap(), None);
    let session = stage.linked().await;
    let sent = session.transmitted().await;
    assert_eq!(sent.id, answer.id, "the answer is worth reading without it");
    assert_eq!(said(&sent.raw).quoted, None);
    let failed = stage.instance.message(&bea(), &forward).await.unwrap().unwrap();
    assert_eq!(failed.status, Some(MessageStatus::Failed));
    assert!(failed.description.contains("forwarded"), "{}", failed.description);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_has_begun_to_leave_is_not_withdrawn() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("x").await;
    session.transmitted().await;
    assert!(!stage.instance.withdraw(&bea(), &id).await.unwrap());
    assert_eq!(row(&stage, &id).await["isDeleted"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_never_left_is_marked_and_nothing_is_sent_for_it() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.without_account(bea());
    let id = stage.send_text("x").await;
    assert_eq!(stage.next_told().await["status"], "noAccount");
    assert!(stage.instance.withdraw(&bea(), &id).await.unwrap());
    let row = row(&stage, &id).await;
    assert_eq!((&row["isDeleted"], &row["statusMessage"]), (&json!(true), &json!("noAccount")));
    assert_eq!(session.transmitted_so_far().await, []);
}

#[tokio::test(start_paused = true)]
async fn what_waits_is_listed_once_and_goes_with_the_queue() {
    let stage = stage().await;
    stage.send_text("one").await;
    stage.send_text("two").await;
    let day = std::time::Duration::from_secs(24 * 60 * 60);
    let recent = async || drawn(&stage.instance.recent_rows(true, day).next().await.unwrap());
    assert_eq!(recent().await.len(), 2);
    assert_eq!(stage.instance.clear_queue().await.unwrap(), 2);
    assert_eq!(recent().await, [] as [Value; 0]);
    assert_eq!(rows(&stage, &bea()).await, [] as [Value; 0]);
}
