//! What goes out.

use std::time::Duration;

use serde_json::json;
use siskin_fleet::port::{InboxEvent, Received, Refused};
use siskin_fleet::{Fleet, Pacing};
use siskin_fleet_testing::setup;
use siskin_model::message::{Command, Preview, Typing, TypingKind};
use siskin_model::{Address, MessageId, MessageStatus, UnixMillis};
use siskin_store::Outbox as _;

use super::stage::*;

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
        InboxEvent::Receipt { chat, ids, status, at: UnixMillis(1_780_000_001_000) }
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
    let receipt = InboxEvent::Receipt {
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
    let waiting = stage.store.waiting(stage.instance.id(), 100).await.unwrap();
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

#[tokio::test(start_paused = true)]
async fn a_message_accepted_under_another_spelling_of_the_number_goes_to_the_account() {
    let stage = stage().await;
    let (spelled, account) = (chat("5511987654321@c.us"), chat("551187654321@c.us"));
    let text = |text: &str| Command::Text { text: text.into(), preview: Preview::Off };
    let id = stage.accept_for(spelled.clone(), text("hello"), None).await;
    let session = stage.linked_to(&[(&spelled, &account)]).await;
    assert_eq!(session.transmitted().await.chat, account);
    for chat in [&spelled, &account] {
        let message = stage.instance.message(chat, &id).await.unwrap();
        assert_eq!(message.map(|message| message.chat).as_ref(), Some(&account), "{chat}");
    }
    stage.accept_for(spelled.clone(), text("again"), None).await;
    assert_eq!(session.transmitted().await.chat, account);
    let asked = session.asked();
    assert_eq!(asked.iter().filter(|asked| **asked == spelled).count(), 1, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_can_read_fails_though_whatsapp_has_taken_it() {
    let stage = stage().await;
    let session = stage.linked().await;
    session.unreadable();
    for acknowledged_first in [true, false] {
        let id = stage.send_text("hello").await;
        session.transmitted().await;
        assert_eq!(stage.next_told().await["typeWebhook"], "outgoingAPIMessageReceived");
        if acknowledged_first {
            session.acknowledge(&id, None).await.unwrap();
        }
        session.look();
        assert_eq!(stage.next_told().await["status"], "failed");
        session.acknowledge(&id, None).await.unwrap();
        assert_eq!(stage.told().await, Vec::<serde_json::Value>::new());
    }
}

#[tokio::test(start_paused = true)]
async fn whatsapp_is_not_asked_about_any_number_of_strangers_that_are_only_read_about() {
    let stage = stage().await;
    let session = stage.linked().await;
    for number in 0..200 {
        let stranger = chat(&format!("1555020{number:04}@c.us"));
        stage.instance.chat_rows(&stranger, 10).await.unwrap();
    }
    assert_eq!(session.asked().len(), 60);
    tokio::time::advance(Duration::from_secs(3600)).await;
    stage.instance.chat_rows(&chat("15550209999@c.us"), 10).await.unwrap();
    assert_eq!(session.asked().len(), 61);
}

#[tokio::test(start_paused = true)]
async fn an_acknowledgement_that_could_not_be_recorded_counts_when_it_is_offered_again() {
    let stage = stage().await;
    let session = stage.linked().await;
    let id = stage.send_text("hello").await;
    session.transmitted().await;
    stage.told().await;
    stage.store.set_full(true);
    assert!(session.acknowledge(&id, None).await.is_err());
    stage.store.set_full(false);
    session.acknowledge(&id, None).await.unwrap();
    let told = stage.told().await;
    let statuses: Vec<_> = told.iter().map(|body| body["status"].clone()).collect();
    assert_eq!(statuses, ["sent"]);
    assert_eq!(session.transmitted_so_far().await, [], "it has left once");
}

#[tokio::test(start_paused = true)]
async fn what_was_accepted_before_the_disk_was_full_leaves_once_and_in_order() {
    let stage = stage().await;
    let session = stage.linked().await;
    stage.store.set_full(true);
    let refused = stage.try_send_text("refused").await;
    assert!(refused.unwrap_err().to_string().contains("disk is full"));
    stage.store.set_full(false);
    let mut accepted = Vec::new();
    for number in 0..5 {
        accepted.push(stage.send_text(&number.to_string()).await);
    }
    stage.store.set_full(true);
    // Sleeps: the worker runs into the full disk meanwhile.
    tokio::time::sleep(Duration::from_secs(60)).await;
    let mut sent: Vec<MessageId> =
        session.transmitted_so_far().await.into_iter().map(|sent| sent.id).collect();
    stage.store.set_full(false);
    while sent.len() < accepted.len() {
        sent.push(session.transmitted().await.id);
    }
    sent.dedup();
    assert_eq!(sent, accepted);
}
