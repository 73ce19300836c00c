//! What is sent through the API, as others read it.

use serde_json::json;
use siskin_fleet::port::{LinkPreview, Parts};
use siskin_model::message::{Card, Command, Direction, Location, Poll, Preview};
use siskin_model::{Content, MessageId};
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

use super::super::draft::BuildError;
use super::super::testing::*;
use super::super::{Draft, build};

fn text(text: &str) -> Command {
    Command::Text { text: text.to_owned(), preview: Preview::Off }
}

#[test]
fn a_text_is_told_as_one_with_a_link() {
    let (message, body) = sent(text("Yes, until six."), &Parts::default());
    let expected = json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": "Yes, until six.",
            "description": "",
            "title": "",
            "previewType": "None",
            "jpegThumbnail": "",
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!(message_data(body, Direction::Api), expected);
    // On the wire it is what WhatsApp's own client sends.
    assert_eq!(message.conversation.as_deref(), Some("Yes, until six."));
}

#[test]
fn a_text_with_a_link_carries_its_page() {
    let preview = LinkPreview {
        link: "https://shop.example".to_owned(),
        title: "Example Shop".to_owned(),
        description: "Opening hours".to_owned(),
        thumbnail: THUMBNAIL.to_vec(),
        large: Some((vec![1, 2, 3], 800, 600)),
        is_video: false,
    };
    let parts = Parts { preview: Some(preview), ..Parts::default() };
    let (message, body) = sent(text("See https://shop.example"), &parts);
    let Content::ExtendedText(told) = body.content else { unreachable!("it is a text") };
    assert_eq!((told.title.as_str(), told.description.as_str()), ("Example Shop", "Opening hours"));
    assert_eq!(told.thumbnail, THUMBNAIL_BASE64);
    let sent = message.extended_text_message.as_option().unwrap();
    assert_eq!(sent.thumbnail_direct_path.as_deref(), Some("/v/t62/1"));
    assert_eq!((sent.thumbnail_width, sent.thumbnail_height), (Some(800), Some(600)));
}

#[test]
fn places_contacts_and_polls_come_out_as_they_were_sent() {
    let location = Location {
        name: "Example Park".to_owned(),
        address: "1 Example Road".to_owned(),
        latitude: 12.5,
        longitude: -45.25,
        thumbnail: THUMBNAIL_BASE64.to_owned(),
    };
    let (_, body) = sent(Command::Location(location.clone()), &Parts::default());
    assert_eq!(body.content, Content::Location(location));
    let card = Card { display_name: "Cy".to_owned(), vcard: "BEGIN:VCARD".to_owned() };
    let (_, body) = sent(Command::Contact(card.clone()), &Parts::default());
    assert_eq!(body.content, Content::Contact(card));
    for multiple_answers in [false, true] {
        let options = vec!["Tea".to_owned(), "Coffee".to_owned()];
        let poll = Poll { name: "Drinks?".to_owned(), options, multiple_answers };
        let (_, body) = sent(Command::Poll(poll.clone()), &Parts::default());
        assert_eq!(body.content, Content::Poll(poll));
    }
}

#[test]
fn every_message_carries_its_secret() {
    let card = Card { display_name: "Cy".to_owned(), vcard: "BEGIN:VCARD".to_owned() };
    for command in [text("Hello"), Command::Contact(card)] {
        let (message, _) = sent(command, &Parts::default());
        let info = message.message_context_info.as_option().unwrap();
        assert_eq!(info.message_secret.as_deref(), Some(&[9; 32][..]));
    }
}

fn forward() -> Command {
    Command::Forward { from: chat(ADA), message: MessageId::from_text(TARGET) }
}

#[test]
fn a_forwarded_file_stays_where_it_is() {
    let image = wa::message::ImageMessage {
        direct_path: some("/v/original"),
        caption: some("Front door"),
        context_info: field(wa::ContextInfo {
            stanza_id: some("other"),
            participant: some("15550100003@s.whatsapp.net"),
            ..Default::default()
        }),
        ..Default::default()
    };
    let image = wa::Message { image_message: field(image), ..Default::default() };
    let wrapped = wa::Message {
        ephemeral_message: field(wa::message::FutureProofMessage { message: field(image) }),
        ..Default::default()
    };
    let source = Some(known(&wrapped, Direction::Incoming, ADA));
    let (message, body) = sent(forward(), &Parts { source, ..Parts::default() });
    assert!(body.forwarding.is_forwarded && body.quoted.is_none());
    let copy = message.image_message.as_option().unwrap();
    assert_eq!(copy.direct_path.as_deref(), Some("/v/original"));
    assert!(message.is_forwarded());
}

#[test]
fn a_forwarded_text_is_told_as_forwarded() {
    let original = wa::Message { conversation: some("News"), ..Default::default() };
    let source = Some(known(&original, Direction::Phone, ADA));
    let (_, body) = sent(forward(), &Parts { source, ..Parts::default() });
    assert_eq!(body.content.text(), Some("News"));
    assert!(body.forwarding.is_forwarded);
}

#[test]
fn what_cannot_be_forwarded_is_refused() {
    let reaction = wa::message::ReactionMessage {
        key: field(wa::MessageKey { id: some(TARGET), ..Default::default() }),
        text: some("👍"),
        ..Default::default()
    };
    let reaction = wa::Message { reaction_message: field(reaction), ..Default::default() };
    let mut source = known(&reaction, Direction::Incoming, ADA);
    let error = |source| {
        let parts = Parts { source, ..Parts::default() };
        let outgoing = outgoing(forward(), ADA);
        let draft = Draft {
            outgoing: &outgoing,
            parts: &parts,
            uploaded: None,
            quoted_author: None,
            source_author: None,
            secret: [0; 32],
        };
        build(&draft).unwrap_err()
    };
    assert_eq!(error(Some(source.clone())), BuildError::NotForwardable);
    source.body.content =
        Content::Text(siskin_model::message::Text { text: String::new(), is_template: false });
    source.raw = Vec::new();
    assert_eq!(error(Some(source)), BuildError::NoSource);
    assert_eq!(error(None), BuildError::NoSource);
}
