//! Every notification about messages and calls, field by field as the API reference has it.
//! The files in `tests/vendor/` are the reference's examples.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use siskin_green_api::markers::UNDECRYPTABLE;
use siskin_green_api::{Notification, Sender, View, Word};
use siskin_model::message::*;
use siskin_model::{
    Account, Body, CallRecord, CallStatus, ChatId, Content, FileToken, InstanceId, InstanceState,
    Message, MessageId, MessageStatus, SocketStatus, UnixMillis,
};

const THUMBNAIL: &str = "aGVsbG8tdGh1bWI=";
const TARGET: &str = "3EB0ABCDEF0123456789";
const SENT: &str = "BAE5000000000001";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vendor")
}

fn example(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

fn account() -> Account {
    let phone = "15550100001".parse().unwrap();
    Account { phone, device: 1, lid: None, push_name: "Example Shop".to_owned() }
}

fn id(text: &str) -> MessageId {
    MessageId::from_text(text)
}

/// The notification of a message whose envelope is the example's.
fn message(name: &str, body: Body) -> Value {
    let example = example(name);
    let text = |pointer: &str| example.pointer(pointer).unwrap().as_str().unwrap().to_owned();
    let direction = match example["typeWebhook"].as_str().unwrap() {
        "incomingMessageReceived" => Direction::Incoming,
        "outgoingMessageReceived" => Direction::Phone,
        _ => Direction::Api,
    };
    let message = Message::new(
        chat(&text("/senderData/chatId")),
        id(&text("/idMessage")),
        chat(&text("/senderData/sender")),
        direction,
        UnixMillis(example["timestamp"].as_i64().unwrap() * 1000),
        body,
    );
    let sender = Sender {
        chat_name: text("/senderData/chatName"),
        name: text("/senderData/senderName"),
        contact_name: text("/senderData/senderContactName"),
    };
    Notification::message(Some(&account()), &message, &sender, &view(), message.at).body
}

fn view() -> View<'static> {
    View {
        base_url: "https://media.example",
        instance: InstanceId::FIRST,
        address: &|kept: &ChatId| kept.clone(),
    }
}

/// The example with its file's address as ours is: with a secret, and the name at its end.
fn with_our_address(mut example: Value, pointer: &str, name: &str) -> Value {
    let secret = "07".repeat(20);
    let url = format!("https://media.example/files/7103000001/{secret}/{name}");
    *example.pointer_mut(pointer).unwrap() = url.into();
    example
}

fn file(kind: FileKind, name: &str, mime_type: &str, caption: &str) -> FileContent {
    FileContent {
        kind,
        file: Some(FileToken::from_random([7; FileToken::BYTES])),
        too_large: false,
        caption: caption.to_owned(),
        file_name: name.into(),
        mime_type: mime_type.into(),
        thumbnail: THUMBNAIL.to_owned(),
        is_animated: false,
    }
}

fn text(text: &str) -> Content {
    Content::Text(Text { text: text.to_owned(), is_template: false })
}

fn card(name: &str, number: &str) -> Card {
    Card {
        display_name: name.to_owned(),
        vcard: format!(
            "BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;type=CELL;waid={number}:+{number}\nEND:VCARD"
        ),
    }
}

fn votes() -> PollUpdate {
    PollUpdate {
        target: id(SENT),
        name: "Drinks?".to_owned(),
        votes: vec![
            Vote { option: "Tea".to_owned(), voters: vec![chat("15550100002@c.us")] },
            Vote { option: "Coffee".to_owned(), voters: vec![] },
        ],
        multiple_answers: false,
    }
}

fn poll() -> Poll {
    let options = vec!["Tea".to_owned(), "Coffee".to_owned()];
    Poll { name: "Drinks?".to_owned(), options, multiple_answers: false }
}

fn reaction(text: &str) -> Content {
    let participant = chat("15550100001@c.us");
    Content::Reaction(Reaction { text: text.to_owned(), target: id(TARGET), participant })
}

fn edited(text: &str, target: &str, is_caption: bool) -> Content {
    Content::Edited(Edited { target: id(target), text: text.to_owned(), is_caption })
}

fn interactive(id: &str, text: &str, action: InteractiveAction) -> InteractiveButton {
    InteractiveButton { action, button_id: id.to_owned(), button_text: text.to_owned() }
}

fn interactive_buttons() -> Content {
    let url = InteractiveAction::Url { url: "https://shop.example/t/1".to_owned() };
    let call = InteractiveAction::Call { phone_number: "15550100009".to_owned() };
    let copy = InteractiveAction::Copy { copy_code: "EX-42".to_owned() };
    Content::InteractiveButtons(InteractiveButtons {
        title_text: "Order".to_owned(),
        content_text: "Your order is ready".to_owned(),
        footer_text: "Example Shop".to_owned(),
        buttons: vec![
            interactive("1", "Track", url),
            interactive("2", "Call", call),
            interactive("3", "Copy code", copy),
        ],
    })
}

fn interactive_reply() -> Content {
    Content::InteractiveButtonsReply(InteractiveButtonsReply {
        title_text: "Rate us".to_owned(),
        content_text: "How was it?".to_owned(),
        footer_text: "Example Shop".to_owned(),
        buttons: vec![
            interactive("1", "Good", InteractiveAction::Reply),
            interactive("2", "Bad", InteractiveAction::Reply),
        ],
    })
}

fn template() -> Content {
    let button = |index, action| TemplateButton { index, action };
    Content::Template(Template {
        namespace: String::new(),
        element_name: String::new(),
        content_text: "Your order is ready".to_owned(),
        title_text: "Order".to_owned(),
        footer: "Example Shop".to_owned(),
        buttons: vec![
            button(
                1,
                TemplateAction::UrlButton {
                    display_text: "Track".to_owned(),
                    url: "https://shop.example/t/1".to_owned(),
                },
            ),
            button(
                2,
                TemplateAction::CallButton {
                    display_text: "Call".to_owned(),
                    phone_number: "+15550100009".to_owned(),
                },
            ),
            button(
                3,
                TemplateAction::QuickReplyButton {
                    display_text: "Thanks".to_owned(),
                    id: "ok".to_owned(),
                },
            ),
        ],
    })
}

fn list() -> Content {
    let row = |title: &str, id: &str, description: Option<&str>| Row {
        title: title.to_owned(),
        row_id: id.to_owned(),
        description: description.map(str::to_owned),
    };
    Content::List(List {
        content_text: "Choose a slot".to_owned(),
        title: "Slots".to_owned(),
        footer: "Today".to_owned(),
        button_text: "Open".to_owned(),
        sections: vec![Section {
            title: "Morning".to_owned(),
            rows: vec![row("09:00", "s1", None), row("10:00", "s2", Some("last one"))],
        }],
    })
}

fn ad_text() -> Content {
    Content::ExtendedText(ExtendedText {
        text: "I saw your ad".to_owned(),
        description: "Opening hours".to_owned(),
        title: "Example Shop".to_owned(),
        preview_type: PreviewType::Video,
        thumbnail: THUMBNAIL.to_owned(),
        ad: Some(Ad {
            contains_auto_reply: false,
            media_type: "IMAGE".to_owned(),
            show_ad_attribution: true,
            source_id: "120200000000000001".to_owned(),
            source_type: "ad".to_owned(),
            source_url: "https://ads.example/1".to_owned(),
            thumbnail_url: "https://ads.example/1.jpg".to_owned(),
        }),
    })
}

fn linked_text() -> Content {
    Content::ExtendedText(ExtendedText {
        text: "See https://shop.example/hours".to_owned(),
        description: "Opening hours".to_owned(),
        title: "Example Shop".to_owned(),
        thumbnail: THUMBNAIL.to_owned(),
        ..ExtendedText::default()
    })
}

fn answer(text_of_answer: &str, content: Content) -> Body {
    let quoted = Quoted {
        id: id(TARGET),
        participant: chat("15550100001@c.us"),
        content: Some(Box::new(content)),
    };
    Body { quoted: Some(quoted), ..Body::new(text(text_of_answer)) }
}

/// What has buttons, and what is pressed.
fn pressed() -> Vec<(&'static str, Content)> {
    let buttons = [("1", "Green"), ("2", "Blue")]
        .map(|(id, text)| Button { button_id: id.to_owned(), button_text: text.to_owned() });
    vec![
        (
            "incoming-buttonsMessage",
            Content::Buttons(Buttons {
                content_text: "Pick a colour".to_owned(),
                footer: "Thanks".to_owned(),
                buttons: buttons.to_vec(),
            }),
        ),
        ("incoming-listMessage", list()),
        ("incoming-templateMessage", template()),
        ("incoming-interactiveButtons", interactive_buttons()),
        ("incoming-interactiveButtonsReply", interactive_reply()),
        (
            "incoming-buttonsResponseMessage",
            Content::ButtonsResponse(ButtonsResponse {
                stanza_id: id(SENT),
                selected_button_id: "1".to_owned(),
                selected_button_text: "Green".to_owned(),
            }),
        ),
        (
            "incoming-templateButtonsReplyMessage",
            Content::TemplateReply(TemplateReply {
                stanza_id: id(SENT),
                selected_index: 3,
                selected_id: "ok".to_owned(),
                selected_display_text: "Thanks".to_owned(),
            }),
        ),
        (
            "incoming-listResponseMessage",
            Content::ListResponse(ListResponse {
                stanza_id: id(SENT),
                title: "10:00".to_owned(),
                list_type: 1,
                single_select_reply: "s2".to_owned(),
            }),
        ),
    ]
}

/// What the account itself sends.
fn outgoing() -> Vec<(&'static str, Content)> {
    vec![
        ("outgoing-phone-textMessage", text("Yes, until six.")),
        ("outgoing-phone-pollUpdateMessage", Content::PollUpdate(votes())),
        ("outgoing-phone-deletedMessage", Content::Deleted(Deleted { target: id(TARGET) })),
        (
            "outgoing-api-extendedTextMessage",
            Content::ExtendedText(ExtendedText {
                text: "Yes, until six.".to_owned(),
                ..ExtendedText::default()
            }),
        ),
        ("outgoing-api-pollMessage", Content::Poll(poll())),
        ("outgoing-api-interactiveButtons", interactive_buttons()),
        ("outgoing-api-interactiveButtonsReply", interactive_reply()),
        ("outgoing-api-editedMessage", edited("Yes, until seven.", "BAE5000000000002", false)),
    ]
}

/// Every example of a message without a file.
fn plain() -> Vec<(&'static str, Body)> {
    let mut contents = vec![
        ("incoming-textMessage", text("Is the shop open today?")),
        ("incoming-textMessage-group", text("Is the shop open today?")),
        ("incoming-textMessage-lid", text("Is the shop open today?")),
        ("incoming-textMessage-undecryptable", text(UNDECRYPTABLE)),
        ("incoming-extendedTextMessage", linked_text()),
        ("incoming-extendedTextMessage-ad", ad_text()),
        ("incoming-reactionMessage", reaction("👍")),
        ("incoming-reactionMessage-removed", reaction("")),
        (
            "incoming-locationMessage",
            Content::Location(Location {
                name: "Example Park".to_owned(),
                address: "1 Example Road".to_owned(),
                latitude: 12.5,
                longitude: -45.25,
                thumbnail: THUMBNAIL.to_owned(),
            }),
        ),
        ("incoming-contactMessage", Content::Contact(card("Cy Example", "15550100004"))),
        (
            "incoming-contactsArrayMessage",
            Content::Contacts(vec![
                card("Cy Example", "15550100004"),
                card("Di Example", "15550100005"),
            ]),
        ),
        ("incoming-pollMessage", Content::Poll(poll())),
        ("incoming-pollUpdateMessage", Content::PollUpdate(votes())),
        ("incoming-editedMessage", edited("Is the shop open tomorrow?", TARGET, false)),
        ("incoming-editedMessage-caption", edited("Front door, new paint", TARGET, true)),
        ("incoming-deletedMessage", Content::Deleted(Deleted { target: id(TARGET) })),
        (
            "incoming-groupInviteMessage",
            Content::GroupInvite(GroupInvite {
                group: chat("120363000000000001@g.us"),
                code: "ExampleInviteCode".to_owned(),
                expires: 1_780_500_000,
                group_name: "Weekend plans".to_owned(),
                caption: "Join us".to_owned(),
                thumbnail: THUMBNAIL.to_owned(),
            }),
        ),
    ];
    contents.extend(pressed());
    contents.extend(outgoing());
    let mut all: Vec<_> =
        contents.into_iter().map(|(name, content)| (name, Body::new(content))).collect();
    let question = text("Do you mean the blue one?");
    all.push(("incoming-quotedMessage", answer("Yes, that one", question)));
    all
}

/// Every example of a message with a file, with the name at the end of its address.
fn files() -> Vec<(&'static str, &'static str, FileContent)> {
    use FileKind::{Audio, Document, Image, Sticker, Video};
    let bare = |file: FileContent| FileContent { thumbnail: String::new(), ..file };
    let (jpg, png, mp4) = ("f-0001.jpg", "f-0001.png", "f-0001.mp4");
    let (pdf, ogg, webp) = ("f-0001.pdf", "f-0001.ogg", "f-0001.webp");
    vec![
        ("incoming-imageMessage", jpg, file(Image, jpg, "image/jpeg", "Front door")),
        ("incoming-videoMessage", mp4, file(Video, mp4, "video/mp4", "Short clip")),
        ("incoming-documentMessage", pdf, file(Document, pdf, "application/pdf", "Invoice 42")),
        ("incoming-audioMessage", ogg, bare(file(Audio, ogg, "audio/ogg; codecs=opus", ""))),
        ("incoming-stickerMessage", webp, bare(file(Sticker, webp, "image/webp", ""))),
        ("outgoing-api-imageMessage", png, file(Image, png, "image/png", "Our shop")),
    ]
}

#[test]
fn messages_without_a_file_are_told_as_the_vendor_does() {
    for (name, body) in plain() {
        assert_eq!(message(name, body), example(name), "{name}");
    }
}

#[test]
fn messages_with_a_file_are_told_as_the_vendor_does_but_for_the_address() {
    for (name, file_name, file) in files() {
        let told = message(name, Body::new(Content::File(file)));
        let pointer = "/messageData/fileMessageData/downloadUrl";
        assert_eq!(told, with_our_address(example(name), pointer, file_name), "{name}");
    }
}

#[test]
fn an_answer_to_a_picture_shows_the_picture() {
    let picture = file(FileKind::Image, "q1.jpg", "image/jpeg", "Blue one");
    let name = "incoming-quotedMessage-image";
    let told = message(name, answer("Nice picture", Content::File(picture)));
    let pointer = "/messageData/quotedMessage/downloadUrl";
    assert_eq!(told, with_our_address(example(name), pointer, "q1.jpg"));
}

#[test]
fn statuses_and_calls_are_told_as_the_vendor_does() {
    use MessageStatus::{Delivered, Failed, NoAccount, NotInGroup, Read, Sent, YellowCard};
    for status in [Sent, Delivered, Read, Failed, NoAccount, NotInGroup, YellowCard] {
        let expected = example(&format!("outgoingMessageStatus-{}", status.word()));
        let description = expected["description"].as_str().unwrap_or_default();
        let at = UnixMillis(1_780_000_900_000);
        let (to, message) = (chat("15550100002@c.us"), id(TARGET));
        let account = account();
        let told = Notification::message_status(
            Some(&account),
            &to,
            &message,
            status,
            description,
            true,
            &view(),
            at,
        );
        assert_eq!(told.body, expected);
    }
    for status in [CallStatus::Offer, CallStatus::PickUp, CallStatus::HungUp, CallStatus::Declined]
    {
        let call = CallRecord {
            id: "CALL0000000000000001".to_owned(),
            is_incoming: true,
            chat: chat("15550100002@c.us"),
            is_video: false,
            is_group: false,
            status,
            at: UnixMillis(1_780_000_980_000),
        };
        let told = Notification::call(Some(&account()), &call, 0, &view());
        assert_eq!(told.body, example(&format!("incomingCall-{}", status.word())));
    }
}

#[test]
fn states_of_the_instance_are_told_as_the_vendor_does() {
    let at = UnixMillis(1_780_000_950_000);
    for (state, name) in [
        (InstanceState::Authorized, "stateInstanceChanged-authorized"),
        (InstanceState::NotAuthorized, "stateInstanceChanged-notAuthorized"),
    ] {
        let told = Notification::state_changed(InstanceId::FIRST, Some(&account()), state, at);
        assert_eq!(told.body, example(name));
    }
    let (socket, at) = (SocketStatus::Online, UnixMillis(1_780_000_960_000));
    let told = Notification::socket_changed(InstanceId::FIRST, Some(&account()), socket, at);
    assert_eq!(told.body, example("statusInstanceChanged"));
}

#[test]
fn no_example_is_left_out() {
    let files_at_hand = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    let mut checked: BTreeSet<String> =
        plain().into_iter().map(|(name, _)| name.to_owned()).collect();
    checked.extend(files().into_iter().map(|(name, ..)| name.to_owned()));
    checked.insert("incoming-quotedMessage-image".to_owned());
    let statuses =
        ["outgoingMessageStatus-", "incomingCall-", "stateInstanceChanged-", "statusInstance"];
    let left: Vec<String> = files_at_hand
        .filter(|name| !checked.contains(name) && !statuses.iter().any(|s| name.starts_with(s)))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}
