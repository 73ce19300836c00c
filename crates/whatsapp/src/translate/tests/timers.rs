//! After what time messages disappear.

use siskin_fleet::port::Parts;
use siskin_model::message::{Card, Command, Direction, FileKind, OutgoingFile, Poll, Preview};
use siskin_model::{FileToken, MessageId, Timer, UnixMillis};
use wa::message::protocol_message::Type;
use wa::message::{ExtendedTextMessage, ProtocolMessage};
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

use super::super::{kinds, testing::*, told_timer, unwrap};

const AT: UnixMillis = UnixMillis(1_780_000_000_000);
const DAY: u32 = 86_400;
const WEEK: Timer = Timer { seconds: 604_800, since: UnixMillis(1_779_000_000_000) };

fn file(kind: FileKind) -> Command {
    Command::File(OutgoingFile {
        file: FileToken::from_random([1; FileToken::BYTES]),
        name: "a.bin".into(),
        caption: "Look".to_owned(),
        kind,
        mime_type: "application/octet-stream".into(),
        is_voice: false,
        is_gif: false,
        is_animated: false,
        dimensions: None,
        seconds: None,
        thumbnail: String::new(),
    })
}

fn text(text: &str) -> Command {
    Command::Text { text: text.to_owned(), preview: Preview::Off }
}

/// A text that disappears after a day, as its writer's chat has it.
fn fleeting() -> wa::Message {
    let context = wa::ContextInfo {
        expiration: Some(DAY),
        ephemeral_setting_timestamp: Some(AT.seconds() - 60),
        ..Default::default()
    };
    let text = ExtendedTextMessage {
        text: some("soon gone"),
        context_info: field(context),
        ..Default::default()
    };
    wa::Message { extended_text_message: field(text), ..Default::default() }
}

fn all() -> Vec<(Command, Parts)> {
    let known = || Some(known(&fleeting(), Direction::Api, ADA));
    let target = || MessageId::from_text(TARGET);
    let plain = |command| (command, Parts::default());
    let source = |command| (command, Parts { source: known(), ..Parts::default() });
    let options = vec!["Tea".to_owned(), "Coffee".to_owned()];
    let poll = Poll { name: "Drinks?".to_owned(), options, multiple_answers: false };
    let card = Card { display_name: "Cy".to_owned(), vcard: "BEGIN:VCARD".to_owned() };
    vec![
        plain(text("Hello")),
        (text("Yes"), Parts { quoted: known(), ..Parts::default() }),
        plain(Command::Poll(poll)),
        plain(Command::Contact(card)),
        plain(file(FileKind::Image)),
        plain(file(FileKind::Audio)),
        plain(file(FileKind::Document)),
        plain(file(FileKind::Sticker)),
        source(Command::Forward { from: chat(ADA), message: target() }),
        source(Command::Edit { target: target(), text: "Hello again".to_owned() }),
    ]
}

/// The context of a message, or of what it puts in the place of another one.
fn context(message: &wa::Message) -> Option<&wa::ContextInfo> {
    let message = unwrap::innermost(message);
    let edited = message.protocol_message.as_option().and_then(|it| it.edited_message.as_option());
    kinds::context(unwrap::innermost(edited.unwrap_or(message)))
}

#[test]
fn every_message_carries_the_timer_of_its_chat_and_no_other() {
    for (command, parts) in all() {
        let name = format!("{command:?}");
        let with = Parts { timer: Some(WEEK), ..parts.clone() };
        let (message, _) = sent(command.clone(), &with);
        let carried = context(&message).unwrap_or_else(|| unreachable!("{name}"));
        assert_eq!(carried.expiration, Some(WEEK.seconds), "{name}");
        assert_eq!(carried.ephemeral_setting_timestamp, Some(WEEK.since.seconds()), "{name}");
        if let Some(quoted) = carried.quoted_message.as_option() {
            assert_eq!(quoted.get_ephemeral_expiration(), None, "{name}");
        }
        for timer in [None, Some(Timer { seconds: 0, ..WEEK })] {
            let (message, _) = sent(command.clone(), &Parts { timer, ..parts.clone() });
            let carried = context(&message).cloned().unwrap_or_default();
            assert_eq!(carried.expiration, None, "{name}");
            assert_eq!(carried.ephemeral_setting_timestamp, None, "{name}");
        }
    }
}

#[test]
fn a_deletion_carries_none() {
    let source = Some(known(&fleeting(), Direction::Api, ADA));
    let parts = Parts { source, timer: Some(WEEK), ..Parts::default() };
    let command = Command::Delete { target: MessageId::from_text(TARGET), only_for_me: false };
    assert!(context(&sent(command, &parts).0).is_none());
}

fn setting(expiration: u32, set_at: Option<i64>) -> wa::Message {
    let protocol = ProtocolMessage {
        r#type: Some(Type::EphemeralSetting),
        ephemeral_expiration: Some(expiration),
        ephemeral_setting_timestamp: set_at,
        ..Default::default()
    };
    wa::Message { protocol_message: field(protocol), ..Default::default() }
}

#[test]
fn a_chats_timer_is_read_from_its_setting_and_from_what_others_carry() {
    let at = |seconds, since| Some(Timer { seconds, since: UnixMillis(since) });
    assert_eq!(told_timer(&setting(DAY, Some(1_779_999_000)), AT), at(DAY, 1_779_999_000_000));
    assert_eq!(told_timer(&setting(0, Some(1_779_999_000)), AT), at(0, 1_779_999_000_000));
    assert_eq!(told_timer(&setting(DAY, None), AT), at(DAY, AT.0));
    // Set in the future, nobody could set another one.
    assert_eq!(told_timer(&setting(DAY, Some(i64::MAX)), AT), at(DAY, AT.0));
    assert_eq!(told_timer(&setting(u32::MAX, None), AT), None);
    assert_eq!(told_timer(&fleeting(), AT), at(DAY, AT.0 - 60_000));
    let plain = wa::Message { conversation: some("for ever"), ..Default::default() };
    assert_eq!(told_timer(&plain, AT), None);
}

#[test]
fn a_forward_that_brings_a_timer_along_sets_none() {
    let mut message = fleeting();
    let text = message.extended_text_message.as_option_mut().unwrap();
    let context = text.context_info.as_option_mut().unwrap();
    context.ephemeral_setting_timestamp = None;
    let undated = Timer { seconds: DAY, since: UnixMillis(0) };
    assert_eq!(told_timer(&message, AT), Some(undated));
    let text = message.extended_text_message.as_option_mut().unwrap();
    text.context_info.as_option_mut().unwrap().is_forwarded = Some(true);
    assert_eq!(told_timer(&message, AT), None);
}
