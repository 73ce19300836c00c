//! Decrypted messages, through the hook that stands before their acknowledgement.

use std::sync::atomic::Ordering;

use siskin_fleet::port::{InboxEvent, Received};
use siskin_model::message::{Direction, Poll};
use siskin_model::{Body, Content, Message, MessageId, Timer, UnixMillis};
use wacore::poll::{compute_option_hash, encrypt_poll_vote_with_secret};
use wacore::store::traits::{DeviceStore as _, LidPnMappingEntry, ProtocolStore as _};
use wacore::types::events::{BatchOrigin, Event, InboundMessage, MessageBatch};
use wacore::types::message::{EditAttribute, MessageCategory, MessageInfo};
use waproto::whatsapp as wa;

use super::super::testing::*;

/// Hands over messages as the hook does, and answers what came to the inbox.
async fn received(setting: &Setting, batch: &[InboundMessage]) -> Vec<Received> {
    setting.inbound.commit_messages(batch).await.unwrap();
    let messages = setting.inbox.given().into_iter().filter_map(|given| match given {
        Given::Messages(messages) => Some(messages),
        _ => None,
    });
    messages.flatten().collect()
}

async fn one(message: wa::Message, info: MessageInfo) -> Option<Received> {
    let setting = setting().await;
    received(&setting, &[inbound(message, info)]).await.pop()
}

#[tokio::test]
async fn a_text_comes_with_both_addresses_of_its_writer() {
    let mut source = source(ADA_LID, "100000000000002:3@lid", false);
    source.sender_alt = Some(jid(ADA));
    let got = one(text("Hello"), info("A1", source)).await.unwrap();
    let ada = address(ADA_LID, Some("15550100002@c.us"));
    assert_eq!((&got.chat, &got.sender), (&ada, &ada));
    assert_eq!((got.from_me, got.push_name.as_str()), (false, "Ada Example"));
    assert_eq!(got.at, UnixMillis(1_780_000_000_000));
    assert_eq!(got.body.content.text(), Some("Hello"));
    assert_eq!(waproto::codec::message_decode(&got.raw).unwrap(), text("Hello"));
}

#[tokio::test]
async fn what_the_engine_knows_of_a_writer_is_added() {
    let setting = setting().await;
    let mapping = LidPnMappingEntry {
        lid: "100000000000002".to_owned(),
        phone_number: "15550100002".to_owned(),
        created_at: 0,
        updated_at: 0,
        learning_source: "usync".to_owned(),
    };
    // Mappings belong to a device.
    setting.keys.store.create().await.unwrap();
    setting.keys.store.put_lid_mapping(&mapping).await.unwrap();
    let message = inbound(text("Hello"), info("A1", source(GROUP, ADA_LID, false)));
    let got = received(&setting, &[message]).await.pop().unwrap();
    assert_eq!(got.sender, address(ADA_LID, Some("15550100002@c.us")));
    assert_eq!(got.chat, address(GROUP, None));
}

#[tokio::test]
async fn what_the_phone_sent_is_in_the_chat_with_the_receiver() {
    let source = source(ADA, "15550100001:0@s.whatsapp.net", true);
    let got = one(text("Yes"), info("A1", source)).await.unwrap();
    assert!(got.from_me);
    assert_eq!(got.chat, address("15550100002@c.us", None));
    assert_eq!(got.sender, address("15550100001@c.us", Some(OWN_LID)));
}

#[tokio::test]
async fn what_the_phone_sent_to_a_lid_brings_the_number_along() {
    let mut info = info("A1", source(ADA_LID, "100000000000001:0@lid", true));
    info.peer_recipient_pn = Some(jid(ADA));
    let got = one(text("Yes"), info).await.unwrap();
    assert_eq!(got.chat, address(ADA_LID, Some("15550100002@c.us")));
}

#[tokio::test]
async fn an_answer_to_us_names_us_by_number() {
    let context = wa::ContextInfo {
        stanza_id: Some("A0".to_owned()),
        participant: Some(OWN_LID.to_owned()),
        ..Default::default()
    };
    let message = wa::Message {
        extended_text_message: buffa::MessageField::some(wa::message::ExtendedTextMessage {
            text: Some("Yes".to_owned()),
            context_info: buffa::MessageField::some(context),
            ..Default::default()
        }),
        ..Default::default()
    };
    let got = one(message, info("A1", source(ADA_LID, ADA_LID, false))).await.unwrap();
    assert_eq!(got.body.quoted.unwrap().participant, chat("15550100001@c.us"));
}

#[tokio::test]
async fn a_message_to_a_list_of_people_is_in_the_writers_chat() {
    let got = one(text("To all"), info("A1", source("1500000000@broadcast", ADA, false))).await;
    assert_eq!(got.unwrap().chat, address("15550100002@c.us", None));
}

#[tokio::test]
async fn what_is_not_for_people_or_not_told_yet_is_taken_and_left_out() {
    let setting = setting().await;
    let mut peer = info("A3", source(OWN, OWN, true));
    peer.category = MessageCategory::Peer;
    let key = wa::Message {
        sender_key_distribution_message: buffa::MessageField::some(
            wa::message::SenderKeyDistributionMessage::default(),
        ),
        ..Default::default()
    };
    let batch = [
        inbound(text("status"), info("A1", source("status@broadcast", ADA, false))),
        inbound(text("news"), info("A2", source("120363000000000009@newsletter", ADA, false))),
        inbound(text("peer"), peer),
        inbound(key, info("A4", source(GROUP, ADA, false))),
    ];
    assert_eq!(received(&setting, &batch).await, []);
    assert_eq!(setting.inbox.given(), []);
}

/// The engine believes these from own devices only; whoever sends them, they are no message.
#[tokio::test]
async fn nobody_can_slip_us_keys_or_a_history() {
    let setting = setting().await;
    let notification = wa::message::HistorySyncNotification {
        direct_path: Some("/v/evil".to_owned()),
        ..Default::default()
    };
    let protocol = wa::message::ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::HistorySyncNotification),
        history_sync_notification: buffa::MessageField::some(notification),
        app_state_sync_key_share: buffa::MessageField::some(
            wa::message::AppStateSyncKeyShare::default(),
        ),
        ..Default::default()
    };
    let message =
        wa::Message { protocol_message: buffa::MessageField::some(protocol), ..Default::default() };
    let batch = [inbound(message, info("A1", source(ADA, ADA, false)))];
    assert_eq!(received(&setting, &batch).await, []);
}

#[tokio::test]
async fn a_batch_is_refused_when_it_cannot_be_stored() {
    let setting = setting().await;
    setting.inbox.fails.store(true, Ordering::SeqCst);
    let batch = [inbound(text("Hello"), info("A1", source(ADA, ADA, false)))];
    assert!(setting.inbound.commit_messages(&batch).await.is_err());
}

#[tokio::test]
async fn the_size_of_a_file_comes_along() {
    let image = wa::message::ImageMessage {
        direct_path: Some("/v/1".to_owned()),
        media_key: Some(vec![1; 32]),
        file_length: Some(4242),
        ..Default::default()
    };
    let message =
        wa::Message { image_message: buffa::MessageField::some(image), ..Default::default() };
    let got = one(message, info("A1", source(ADA, ADA, false))).await.unwrap();
    assert_eq!(got.file_size, Some(4242));
}

#[tokio::test]
async fn what_the_phone_resends_after_all_is_not_lost() {
    let setting = setting().await;
    let message = inbound(text("Late"), info("A1", source(ADA, ADA, false)));
    let committed = inbound(text("Known"), info("A2", source(ADA, ADA, false)));
    for (message, hook_committed) in [(committed, true), (message, false)] {
        let batch = MessageBatch::builder()
            .messages([message].into())
            .origin(BatchOrigin::Live)
            .hook_committed(hook_committed)
            .build();
        take(&setting, Event::Messages(batch));
    }
    let given = setting.inbox.until_given(1).await;
    assert!(matches!(&given[..], [Given::Messages(messages)] if messages[0].id.as_str() == "A1"));
}

fn poll(id: &str) -> Message {
    let raw = wa::Message {
        message_context_info: buffa::MessageField::some(wa::MessageContextInfo {
            message_secret: Some(vec![7; 32]),
            ..Default::default()
        }),
        ..Default::default()
    };
    let options = vec!["Tea".to_owned(), "Coffee".to_owned()];
    let content = Poll { name: "Drinks?".to_owned(), options, multiple_answers: false };
    Message {
        raw: waproto::codec::message_to_vec(&raw),
        ..Message::new(
            chat("15550100002@c.us"),
            MessageId::from_text(id),
            chat("15550100001@c.us"),
            Direction::Api,
            UnixMillis(0),
            Body::new(Content::Poll(content)),
        )
    }
}

#[tokio::test]
async fn a_vote_is_opened_with_the_poll_of_the_journal() {
    let setting = setting().await;
    setting.inbox.known.lock().push(poll("P1"));
    let chosen = [compute_option_hash("Coffee").to_vec()];
    let (payload, iv) =
        encrypt_poll_vote_with_secret(&chosen, &[7; 32], "P1", OWN_LID, ADA_LID).unwrap();
    let update = wa::message::PollUpdateMessage {
        poll_creation_message_key: buffa::MessageField::some(wa::MessageKey {
            id: Some("P1".to_owned()),
            ..Default::default()
        }),
        vote: buffa::MessageField::some(wa::message::PollEncValue {
            enc_payload: Some(payload),
            enc_iv: Some(iv.to_vec()),
        }),
        ..Default::default()
    };
    let vote = wa::Message {
        poll_update_message: buffa::MessageField::some(update),
        ..Default::default()
    };
    let mut source = source(ADA_LID, ADA_LID, false);
    source.sender_alt = Some(jid(ADA));
    let got = received(&setting, &[inbound(vote, info("A1", source))]).await.pop().unwrap();
    let Content::PollUpdate(update) = got.body.content else { unreachable!("it is a vote") };
    assert_eq!(update.votes[0].voters, []);
    assert_eq!(update.votes[1].voters, [chat("15550100002@c.us")]);
}

#[tokio::test]
async fn only_the_mark_that_the_server_checks_makes_an_administrator() {
    let in_group = |edit: EditAttribute| {
        let source = source(GROUP, ADA_LID, false);
        MessageInfo { edit, ..info("A1", source) }
    };
    let by_admin = async |info| one(text("Hello"), info).await.unwrap().by_admin;
    assert!(by_admin(in_group(EditAttribute::AdminRevoke)).await);
    for edit in [EditAttribute::Empty, EditAttribute::SenderRevoke, EditAttribute::MessageEdit] {
        assert!(!by_admin(in_group(edit)).await);
    }
    // What the phone hands over, because it could not be had otherwise, it has checked.
    let unavailable_request_id = Some("A2".to_owned());
    let edit = EditAttribute::Empty;
    assert!(by_admin(MessageInfo { unavailable_request_id, ..in_group(edit) }).await);
}

#[tokio::test]
async fn the_timer_of_a_chat_of_two_is_taken_before_its_messages_and_a_groups_is_not() {
    let setting = setting().await;
    let protocol = wa::message::ProtocolMessage {
        r#type: Some(wa::message::protocol_message::Type::EphemeralSetting),
        ephemeral_expiration: Some(86_400),
        ephemeral_setting_timestamp: Some(1_779_999_000),
        ..Default::default()
    };
    let set = || wa::Message {
        protocol_message: buffa::MessageField::some(protocol.clone()),
        ..Default::default()
    };
    let in_chat = source(ADA, ADA, false);
    let batch = [
        inbound(text("Hello"), info("A1", in_chat.clone())),
        inbound(set(), info("A2", in_chat)),
        inbound(set(), info("A3", source(GROUP, ADA, false))),
    ];
    setting.inbound.commit_messages(&batch).await.unwrap();
    let given = setting.inbox.given();
    let [Given::Event(InboxEvent::Timer { chat, timer }), Given::Messages(messages)] = &given[..]
    else {
        panic!("{given:?}")
    };
    assert_eq!(chat.id.as_str(), "15550100002@c.us");
    let since = UnixMillis(1_779_999_000_000);
    assert_eq!(*timer, Timer { seconds: 86_400, since });
    assert_eq!(messages.len(), 1);
}
