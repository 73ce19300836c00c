//! What the made-up phones have written before anybody looks.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde_json::{Value, json};
use siskin_fleet::port::Received;
use siskin_model::message::{
    ExtendedText, InteractiveAction, InteractiveButton, InteractiveButtons, Quoted, Text,
};
use siskin_model::{Body, Content, MessageId};

use crate::network::{Network, address, now};

const GROUP: &str = "120363000000000001@g.us";

pub async fn tell(network: &Network) {
    let hostile = "<script>alert(1)</script>\n<b>not bold</b> \u{202e}reversed\n".to_owned()
        + &"longword".repeat(60)
        + "\nשלום and مرحبا 🐦👩‍👩‍👧‍👦";
    write(network, "3", "Cleo", json!({ "kind": "text", "text": hostile })).await;
    let tale = "Once upon a time there was a very long message. ".repeat(300);
    write(network, "3", "Cleo", json!({ "kind": "text", "text": tale })).await;
    let group = json!({ "kind": "text", "chatId": GROUP, "text": "Who is in on Saturday?" });
    write(network, "2", "Ben", group).await;

    write(network, "2", "Ben", json!({ "kind": "text", "text": "Hi! Are you open today?" })).await;
    let first = network.write(
        "15550100002",
        "Ben",
        json!({
            "kind": "text", "chatId": "15550100001@c.us", "text": "Asking for the whole team 🙂",
        }),
    );
    let first = first.await;
    extended(network, &first).await;
    let document = json!({ "kind": "document", "fileName": "Price list 2026.pdf" });
    write(network, "2", "Ben", document).await;
    let image = json!({ "kind": "image", "caption": "The view from here" });
    write(network, "2", "Ben", image).await;
    let place = json!({
        "kind": "location", "name": "Lighthouse", "latitude": 50.18014, "longitude": -4.26514,
    });
    write(network, "2", "Ben", place).await;
    let card = json!({ "kind": "contact", "displayName": "Cleo", "phone": "15550100003" });
    write(network, "2", "Ben", card).await;
    let poll = network.write(
        "15550100002",
        "Ben",
        json!({
            "kind": "poll", "chatId": "15550100001@c.us", "name": "Lunch at?",
            "options": ["12:00", "12:30", "13:00"],
        }),
    );
    let poll = poll.await;
    let vote = json!({ "kind": "pollVote", "targetId": poll, "options": ["12:30"] });
    write(network, "2", "Ben", vote).await;
    let reaction = json!({ "kind": "reaction", "targetId": first, "text": "❤️" });
    write(network, "2", "Ben", reaction).await;
}

async fn write(network: &Network, last: &str, name: &str, mut message: Value) {
    if message["chatId"].is_null() {
        message["chatId"] = "15550100001@c.us".into();
    }
    network.write(&format!("1555010000{last}"), name, message).await;
}

/// What the phones have no kind for: a preview that answers another message, and buttons.
async fn extended(network: &Network, quoted: &str) {
    let quoted = Quoted {
        id: MessageId::from_text(quoted),
        participant: address("15550100002@c.us").id,
        content: Some(Box::new(Content::Text(Text {
            text: "Asking for the whole team 🙂".to_owned(),
            is_template: false,
        }))),
    };
    let preview = Content::ExtendedText(ExtendedText {
        text: "Here it says until six: https://shop.example/hours".to_owned(),
        title: "Opening hours".to_owned(),
        description: "When the shop is open, and when it sings.".to_owned(),
        ..ExtendedText::default()
    });
    let buttons = Content::InteractiveButtons(InteractiveButtons {
        title_text: "Order 1042".to_owned(),
        content_text: "Your order is ready.".to_owned(),
        footer_text: "Thank you".to_owned(),
        buttons: vec![InteractiveButton {
            action: InteractiveAction::Reply,
            button_id: "1".to_owned(),
            button_text: "On my way".to_owned(),
        }],
    });
    for (content, quoted, from_me) in [(preview, Some(quoted), false), (buttons, None, true)] {
        let sender = if from_me { "15550100001@c.us" } else { "15550100002@c.us" };
        let received = Received {
            chat: address("15550100002@c.us"),
            sender: address(sender),
            from_me,
            id: MessageId::from_text(format!("3A{:030X}", rand::random::<u64>())),
            at: now(),
            push_name: "Ben".to_owned(),
            body: Body { quoted, ..Body::new(content) },
            raw: vec![1],
            file_size: None,
            status: None,
            by_admin: false,
        };
        network.session().inbox().messages(vec![received]).await.unwrap();
    }
}

/// Every file is this picture.
pub async fn picture() -> impl IntoResponse {
    let picture = "<svg xmlns='http://www.w3.org/2000/svg' width='640' height='420'>\
        <rect width='640' height='420' fill='#9cc8dd'/><circle cx='500' cy='90' r='40' \
        fill='#f6e27a'/><path d='M0 280 160 160 300 270 430 190 640 300v120H0z' fill='#5d7d4a'/>\
        <path d='M0 340q160-60 320 0t320 0v80H0z' fill='#3f6a8a'/></svg>";
    ([(CONTENT_TYPE, "image/svg+xml")], picture)
}
