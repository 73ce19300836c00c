//! The history that the phone sends when it is linked.

use bytes::Bytes;
use siskin_fleet::port::History;
use siskin_model::MessageStatus;
use wa::history_sync::HistorySyncType;
use wa::web_message_info::Status;
use wacore::types::events::{Event, LazyHistorySync};
use waproto::whatsapp as wa;

use super::super::testing::*;

/// Packs bytes as zlib does, without making them smaller.
fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut result = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(0xffff).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).unwrap();
        result.push(u8::from(blocks.peek().is_none()));
        result.extend_from_slice(&length.to_le_bytes());
        result.extend_from_slice(&(!length).to_le_bytes());
        result.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    result.extend_from_slice(&(b << 16 | a).to_be_bytes());
    result
}

fn message(id: &str, from_me: bool, status: Option<Status>) -> wa::HistorySyncMsg {
    let info = wa::WebMessageInfo {
        key: buffa::MessageField::some(wa::MessageKey {
            remote_jid: Some(ADA_LID.to_owned()),
            from_me: Some(from_me),
            id: Some(id.to_owned()),
            participant: None,
        }),
        message: buffa::MessageField::some(text(id)),
        message_timestamp: Some(1_780_000_000),
        message_secret: Some(vec![7; 32]),
        push_name: Some("Ada Example".to_owned()),
        status,
        ..Default::default()
    };
    wa::HistorySyncMsg { message: buffa::MessageField::some(info), ..Default::default() }
}

fn history(kind: HistorySyncType, messages: Vec<wa::HistorySyncMsg>) -> Event {
    let with_ada = wa::Conversation {
        id: ADA_LID.to_owned(),
        pn_jid: Some(ADA.to_owned()),
        ephemeral_expiration: Some(86_400),
        ephemeral_setting_timestamp: Some(1_779_000_000),
        messages,
        ..Default::default()
    };
    let group = wa::Conversation {
        id: GROUP.to_owned(),
        name: Some("Weekend plans".to_owned()),
        ..Default::default()
    };
    let status = wa::Conversation { id: "status@broadcast".to_owned(), ..Default::default() };
    let sync = wa::HistorySync {
        sync_type: kind,
        conversations: vec![with_ada, group, status],
        pushnames: vec![wa::Pushname {
            id: Some(ADA.to_owned()),
            pushname: Some("Ada Example".to_owned()),
        }],
        phone_number_to_lid_mappings: vec![wa::PhoneNumberToLIDMapping {
            pn_jid: Some("15550100003@s.whatsapp.net".to_owned()),
            lid_jid: Some("100000000000003@lid".to_owned()),
        }],
        ..Default::default()
    };
    let bytes = waproto::codec::history_sync_to_vec(&sync);
    let (size, kind) = (bytes.len(), kind as i32);
    let piece = LazyHistorySync::new(Bytes::from(packed(&bytes)), size, kind, None, None);
    Event::HistorySync(Box::new(piece))
}

async fn parts(event: Event, count: usize) -> Vec<History> {
    let setting = setting().await;
    take(&setting, event);
    let given = setting.inbox.until_given(count).await;
    let parts = given.into_iter().filter_map(|given| match given {
        Given::History(part) => Some(part),
        _ => None,
    });
    parts.collect()
}

#[tokio::test]
async fn messages_come_with_how_far_they_got() {
    let messages = vec![
        message("A1", true, Some(Status::Read)),
        message("A2", true, None),
        message("A3", false, Some(Status::DeliveryAck)),
    ];
    let part = parts(history(HistorySyncType::InitialBootstrap, messages), 1).await.remove(0);
    let statuses: Vec<_> = part.messages.iter().map(|message| message.status).collect();
    assert_eq!(statuses, [Some(MessageStatus::Read), Some(MessageStatus::Sent), None]);
    let ada = address(ADA_LID, Some("15550100002@c.us"));
    assert!(part.messages.iter().all(|message| message.chat == ada));
    assert_eq!(part.messages[2].sender, ada);
    assert_eq!(part.messages[0].sender, address("15550100001@c.us", Some(OWN_LID)));
    // The secret, which votes need, stands beside the message here.
    let raw = waproto::codec::message_decode(&part.messages[0].raw).unwrap();
    let secret = raw.message_context_info.as_option().unwrap().message_secret.clone();
    assert_eq!(secret, Some(vec![7; 32]));
}

#[tokio::test]
async fn names_and_pairs_of_addresses_come_along() {
    let part = parts(history(HistorySyncType::Recent, Vec::new()), 1).await.remove(0);
    let expected = [
        (address(ADA_LID, Some("15550100002@c.us")), ""),
        (address(GROUP, None), "Weekend plans"),
        (address("15550100003@c.us", Some("100000000000003@lid")), ""),
        (address("15550100002@c.us", None), "Ada Example"),
    ]
    .map(|(address, name)| (address, name.to_owned()));
    assert_eq!(part.names, expected);
}

#[tokio::test]
async fn a_long_chat_comes_in_parts() {
    let messages = (0..450).map(|number| message(&format!("A{number}"), false, None)).collect();
    let parts = parts(history(HistorySyncType::Full, messages), 3).await;
    let sizes: Vec<usize> = parts.iter().map(|part| part.messages.len()).collect();
    assert_eq!(sizes, [200, 200, 50]);
}

#[tokio::test]
async fn what_was_not_sent_for_the_link_is_left_out() {
    let setting = setting().await;
    take(&setting, history(HistorySyncType::OnDemand, vec![message("A1", false, None)]));
    take(&setting, history(HistorySyncType::PushName, Vec::new()));
    let given = setting.inbox.until_given(1).await;
    assert!(matches!(&given[..], [Given::History(part)] if part.messages.is_empty()));
}
