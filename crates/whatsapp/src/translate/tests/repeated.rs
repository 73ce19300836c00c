//! Messages that are said again: they are what they are now.

use siskin_fleet::port::Parts;
use siskin_model::message::{Command, Direction, Preview};
use siskin_model::{Content, Message, MessageId};
use waproto::whatsapp as wa;

use super::super::draft::BuildError;
use super::super::testing::*;
use super::super::{Draft, build};

fn forward() -> Command {
    Command::Forward { from: chat(ADA), message: MessageId::from_text(TARGET) }
}

fn text(text: &str) -> Command {
    Command::Text { text: text.to_owned(), preview: Preview::Off }
}

/// A message that was edited since it came.
fn edited(original: &wa::Message, new: &str) -> Message {
    let mut message = known(original, Direction::Incoming, ADA);
    message.is_edited = true;
    match &mut message.body.content {
        Content::Text(text) => text.text = new.to_owned(),
        Content::ExtendedText(text) => text.text = new.to_owned(),
        Content::File(file) => file.caption = new.to_owned(),
        _ => unreachable!("nothing else is edited here"),
    }
    message
}

fn image(caption: &str) -> wa::Message {
    let image = wa::message::ImageMessage { caption: some(caption), ..Default::default() };
    wa::Message { image_message: field(image), ..Default::default() }
}

fn link(text: &str, link: &str) -> wa::Message {
    let text = wa::message::ExtendedTextMessage {
        text: some(text),
        matched_text: some(link),
        title: some("Example Shop"),
        ..Default::default()
    };
    wa::Message { extended_text_message: field(text), ..Default::default() }
}

fn forwarded(message: Message) -> Content {
    let parts = Parts { source: Some(message), ..Parts::default() };
    sent(forward(), &parts).1.content
}

#[test]
fn an_edited_text_or_caption_is_forwarded_and_quoted_as_it_is_now() {
    let plain = wa::Message { conversation: some("Opn?"), ..Default::default() };
    assert_eq!(forwarded(edited(&plain, "Open?")).text(), Some("Open?"));
    let Content::File(file) = forwarded(edited(&image("Fron door"), "Front door")) else {
        unreachable!("it is a file")
    };
    assert_eq!(file.caption, "Front door");
    let parts = Parts { quoted: Some(edited(&plain, "Open?")), ..Parts::default() };
    let quoted = sent(text("Yes"), &parts).1.quoted.unwrap();
    assert_eq!(quoted.content.unwrap().text(), Some("Open?"));
}

#[test]
fn a_link_is_shown_as_long_as_it_is_in_the_text() {
    let shown = |new: &str| {
        let old = link("See https://shop.example", "https://shop.example");
        let Content::ExtendedText(text) = forwarded(edited(&old, new)) else {
            unreachable!("a forwarded text is one")
        };
        (text.text, text.title)
    };
    let still = "Look: https://shop.example".to_owned();
    assert_eq!(shown(&still), (still, "Example Shop".to_owned()));
    assert_eq!(shown("Closed"), ("Closed".to_owned(), String::new()));
}

#[test]
fn what_is_to_be_seen_once_is_not_said_again() {
    let inside = wa::message::ImageMessage { view_once: Some(true), ..Default::default() };
    let wrapper = || field(wa::message::FutureProofMessage { message: field(image("once")) });
    let messages = [
        wa::Message { view_once_message: wrapper(), ..Default::default() },
        wa::Message { view_once_message_v2: wrapper(), ..Default::default() },
        wa::Message { view_once_message_v2_extension: wrapper(), ..Default::default() },
        wa::Message { image_message: field(inside), ..Default::default() },
    ];
    for message in messages {
        let mut source = known(&message, Direction::Incoming, ADA);
        assert!(source.body.is_view_once);
        // Also where it was recorded before that was noted.
        source.body.is_view_once = false;
        let quoting = Parts { quoted: Some(source.clone()), ..Parts::default() };
        assert_eq!(sent(text("Yes"), &quoting).1.quoted.unwrap().content, None);
        let parts = Parts { source: Some(source), ..Parts::default() };
        let outgoing = outgoing(forward(), ADA);
        let draft = Draft {
            outgoing: &outgoing,
            parts: &parts,
            uploaded: None,
            quoted_author: None,
            source_author: None,
            secret: [0; 32],
        };
        assert_eq!(build(&draft).unwrap_err(), BuildError::NotForwardable);
    }
    assert!(!known(&image("ever"), Direction::Incoming, ADA).body.is_view_once);
    // Businesses put buttons into such a wrapper.
    let buttons = wa::Message {
        buttons_message: field(wa::message::ButtonsMessage {
            content_text: some("Yes?"),
            ..Default::default()
        }),
        ..Default::default()
    };
    let wrapper = wa::message::FutureProofMessage { message: field(buttons) };
    let wrapped = wa::Message { view_once_message: field(wrapper), ..Default::default() };
    assert!(!known(&wrapped, Direction::Incoming, ADA).body.is_view_once);
}
