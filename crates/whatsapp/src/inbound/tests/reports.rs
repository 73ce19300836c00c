//! Receipts, names, calls, and what cannot be decrypted.

use siskin_fleet::port::InboxEvent;
use siskin_model::{CallStatus, MessageId, MessageStatus, UnixMillis};
use wacore::stanza::groups::GroupNotificationAction;
use wacore::types::call::{CallAction, IncomingCall};
use wacore::types::events::{
    ContactUpdate, DecryptFailMode, Event, GroupUpdate, PushNameUpdate, Receipt, UnavailableType,
    UndecryptableMessage,
};
use wacore::types::message::MessageSource;
use wacore::types::presence::ReceiptType;
use waproto::whatsapp as wa;

use super::super::testing::*;

const AT: UnixMillis = UnixMillis(1_780_000_000_000);

fn at() -> wacore::chrono::DateTime<wacore::chrono::Utc> {
    wacore::time::from_secs(1_780_000_000).unwrap()
}

/// What the inbox is told of an event.
async fn told(event: Event) -> Option<InboxEvent> {
    let setting = setting().await;
    take(&setting, event);
    setting.inbound.settled().await.unwrap();
    match setting.inbox.given().pop() {
        Some(Given::Event(incoming)) => Some(incoming),
        _ => None,
    }
}

fn receipt(source: MessageSource, kind: ReceiptType) -> Event {
    let receipt = Receipt::builder()
        .source(source)
        .message_ids(vec!["A1".to_owned(), "A2".to_owned()])
        .timestamp(at())
        .r#type(kind)
        .offline(false)
        .build();
    Event::Receipt(receipt)
}

#[tokio::test]
async fn messages_reach_somebody_and_are_read() {
    for (kind, status) in [
        (ReceiptType::Delivered, MessageStatus::Delivered),
        (ReceiptType::Read, MessageStatus::Read),
        (ReceiptType::Played, MessageStatus::Read),
    ] {
        let source =
            MessageSource { sender_alt: Some(jid(ADA)), ..source(ADA_LID, ADA_LID, false) };
        let expected = InboxEvent::Receipt {
            chat: address(ADA_LID, Some("15550100002@c.us")),
            ids: ["A1", "A2"].map(MessageId::from_text).to_vec(),
            status,
            at: AT,
        };
        assert_eq!(told(receipt(source, kind)).await, Some(expected));
    }
}

#[tokio::test]
async fn own_devices_do_not_count_as_receivers() {
    for device in ["15550100001:3@s.whatsapp.net", "100000000000001:3@lid"] {
        let event = receipt(source(GROUP, device, false), ReceiptType::Read);
        assert_eq!(told(event).await, None);
    }
    let retry = receipt(source(ADA, ADA, false), ReceiptType::Other("inactive".to_owned()));
    assert_eq!(told(retry).await, None);
}

#[tokio::test]
async fn reading_on_the_phone_is_told() {
    let event = receipt(source(ADA, OWN, false), ReceiptType::ReadSelf);
    let expected = InboxEvent::ReadElsewhere {
        chat: address("15550100002@c.us", None),
        ids: ["A1", "A2"].map(MessageId::from_text).to_vec(),
    };
    assert_eq!(told(event).await, Some(expected));
}

fn undecryptable(mode: DecryptFailMode) -> Event {
    let message = UndecryptableMessage::builder()
        .info(std::sync::Arc::new(info("A1", source(ADA, ADA, false))))
        .is_unavailable(false)
        .unavailable_type(UnavailableType::Unknown)
        .decrypt_fail_mode(mode)
        .build();
    Event::UndecryptableMessage(message)
}

#[tokio::test]
async fn what_cannot_be_decrypted_is_told_unless_it_would_not_be_shown() {
    let ada = address("15550100002@c.us", None);
    let expected = InboxEvent::Undecryptable {
        chat: ada.clone(),
        sender: ada,
        from_me: false,
        id: MessageId::from_text("A1"),
        at: AT,
        push_name: "Ada Example".to_owned(),
    };
    assert_eq!(told(undecryptable(DecryptFailMode::Show)).await, Some(expected));
    assert_eq!(told(undecryptable(DecryptFailMode::Hide)).await, None);
}

fn offer(creator: &str) -> IncomingCall {
    let action = CallAction::Offer {
        call_id: "CALL1".to_owned(),
        call_creator: jid(creator),
        caller_pn: Some(jid(ADA)),
        caller_country_code: None,
        device_class: None,
        joinable: false,
        is_video: true,
        audio: Vec::new(),
        group_jid: None,
    };
    IncomingCall::new_for_test(jid(creator), "S1".to_owned(), at(), action)
}

#[tokio::test]
async fn a_call_rings() {
    let expected = InboxEvent::Call {
        id: "CALL1".to_owned(),
        from: address(ADA_LID, Some("15550100002@c.us")),
        is_video: true,
        is_group: false,
        status: CallStatus::Offer,
        at: AT,
    };
    assert_eq!(told(Event::IncomingCall(offer(ADA_LID))).await, Some(expected));
    assert_eq!(told(Event::IncomingCall(offer(OWN))).await, None);
}

#[tokio::test]
async fn names_are_learned() {
    let update = PushNameUpdate::builder()
        .jid(jid(ADA))
        .message(Box::new(info("A1", source(ADA, ADA, false))))
        .old_push_name("Ada".to_owned())
        .new_push_name("Ada Example".to_owned())
        .build();
    let who = address("15550100002@c.us", None);
    let named = InboxEvent::Named { who: who.clone(), name: "Ada Example".to_owned() };
    assert_eq!(told(Event::PushNameUpdate(update)).await, Some(named));

    let action = wa::sync_action_value::ContactAction {
        full_name: Some("Ada (work)".to_owned()),
        first_name: Some("Ada".to_owned()),
        lid_jid: Some(ADA_LID.to_owned()),
        ..Default::default()
    };
    let update = ContactUpdate::builder()
        .jid(jid(ADA))
        .timestamp(at())
        .action(Box::new(action))
        .from_full_sync(false)
        .build();
    let who = address("15550100002@c.us", Some(ADA_LID));
    let saved = InboxEvent::Contact { who, name: "Ada (work)".to_owned() };
    assert_eq!(told(Event::ContactUpdate(update)).await, Some(saved));
}

#[tokio::test]
async fn a_groups_subject_is_learned() {
    let action = GroupNotificationAction::Subject {
        subject: "Weekend plans".to_owned(),
        subject_owner: None,
        subject_time: None,
    };
    let update = GroupUpdate::builder()
        .group_jid(jid(GROUP))
        .timestamp(at())
        .is_lid_addressing_mode(true)
        .action(action)
        .build();
    let named = InboxEvent::Named { who: address(GROUP, None), name: "Weekend plans".to_owned() };
    assert_eq!(told(Event::GroupUpdate(update)).await, Some(named));
}
