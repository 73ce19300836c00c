#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::{Value, json};
use siskin_model::message::{Command, Preview, PreviewImage};

use crate::testing::{Api, BOB, validation};

/// The preview that a body with these members asks for.
async fn preview(settings: Value, members: Value) -> Preview {
    let api = Api::new().await;
    let instance = api.instance().await;
    instance.post("setSettings", &settings).await;
    let mut body = json!({"chatId": BOB, "message": "See https://shop.example"});
    body.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    instance.accepted("sendMessage", &body).await;
    let waiting = instance.waiting().await.remove(0);
    let Command::Text { preview, .. } = waiting.command else { panic!("{waiting:?}") };
    preview
}

#[tokio::test]
async fn the_settings_decide_on_the_preview_where_the_call_does_not() {
    let (on, off) = (json!({"linkPreview": "yes"}), json!({"linkPreview": "no"}));
    let new = json!({"stateWebhook": "no"});
    let page = |large| Preview::Page { large };
    for (settings, members, expected) in [
        (&new, json!({}), page(false)),
        (&on, json!({}), page(false)),
        (&on, json!({"typePreview": "large"}), page(true)),
        (&on, json!({"linkPreview": false}), Preview::Off),
        (&off, json!({}), Preview::Off),
        (&off, json!({"linkPreview": true, "typePreview": "small"}), page(false)),
    ] {
        assert_eq!(preview(settings.clone(), members.clone()).await, expected, "{members}");
    }
}

#[tokio::test]
async fn a_preview_of_the_callers_own_is_taken_over() {
    let custom = json!({"title": "Shop", "urlFile": "https://shop.example/a.jpg", "link": null});
    let members = json!({"customPreview": custom, "typePreview": "large"});
    let Preview::Custom(custom) = preview(json!({"linkPreview": "no"}), members).await else {
        panic!("no custom preview")
    };
    assert_eq!((custom.title.as_str(), custom.link.as_str(), custom.large), ("Shop", "", true));
    assert_eq!(custom.image, Some(PreviewImage::Url("https://shop.example/a.jpg".into())));
}

#[tokio::test]
async fn bad_texts_are_refused() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let long = "ä".repeat(20_001);
    for (body, detail) in [
        (json!({}), "'chatId' is required, 'message' is required"),
        (json!({"chatId": BOB, "message": ""}), "'message' is not allowed to be empty"),
        (json!({"chatId": BOB, "message": " \u{200b}\n"}), "'message' is not allowed to be empty"),
        (json!({"chatId": BOB, "message": 5}), "'message' must be a string"),
        (
            json!({"chatId": BOB, "message": long}),
            "'message' length must be less than or equal to 20000 characters long",
        ),
        (
            json!({"chatId": "15550100002", "message": "Hello", "linkPreview": 1}),
            "'chatId' must be one of the next formats: 'phone_number@c.us', 'chat_id@lid' or \
             'group_id@g.us', 'linkPreview' must be a boolean",
        ),
        (
            json!({"chatId": BOB, "message": "Hello", "typePreview": "huge"}),
            "'typePreview' must be one of [large, small]",
        ),
        (
            json!({"chatId": BOB, "message": "Hello", "customPreview": {"link": "x"}}),
            "'customPreview.title' is required",
        ),
    ] {
        validation(&instance.post("sendMessage", &body).await, detail);
    }
    instance.nothing_waits().await;
}

#[tokio::test]
async fn the_longest_text_fits_and_a_larger_body_does_not() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let longest = json!({"chatId": BOB, "message": "😀".repeat(20_000)});
    instance.accepted("sendMessage", &longest).await;
    let too_large = json!({"chatId": BOB, "message": "x".repeat(200_000)});
    let answer = instance.post("sendMessage", &too_large).await;
    assert_eq!((answer.status, answer.text()), (500, "request entity too large".into()));
    assert_eq!(instance.waiting().await.len(), 1);
}

#[tokio::test]
async fn members_that_nobody_asks_for_are_ignored() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let body = json!({"chatId": BOB, "message": "Hello", "archiveChat": true,
        "phoneNumber": 15_550_100_002_u64, "quotedMessageId": ""});
    instance.accepted("sendMessage", &body).await;
}
