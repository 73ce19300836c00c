//! What bodies can refer to, and what they must not.

use axum::body::Body;
use axum::extract::Request;
use serde_json::Value;
use siskin_fleet::port::Received;
use siskin_fleet_testing::ScriptedSession;
use siskin_model::message::{FileContent, FileKind, Text};
use siskin_model::{Address, ChatId, Content, MessageId};
use siskin_store::{Clock as _, SystemClock};

use crate::request::json_members;
use crate::testing::{ANN, BOB, TestInstance};

/// A message with a file, from Bob.
pub(super) const PHOTO: &str = "BAE5000000000001";
/// A text to Bob, from the phone.
pub(super) const OWN_TEXT: &str = "BAE5000000000002";

/// The messages come in that bodies can name.
pub(super) async fn receive(session: &ScriptedSession) {
    let photo = Content::File(FileContent {
        kind: FileKind::Image,
        file: None,
        too_large: false,
        caption: "Front door".to_owned(),
        file_name: "photo.jpg".into(),
        mime_type: "image/jpeg".into(),
        thumbnail: String::new(),
        is_animated: false,
    });
    let text = Content::Text(Text { text: "Hello".to_owned(), is_template: false });
    let own = format!("{ANN}@c.us");
    let messages = vec![received(PHOTO, BOB, photo), received(OWN_TEXT, &own, text)];
    session.inbox().messages(messages).await.unwrap();
}

/// A message in the chat with Bob.
fn received(id: &str, writer: &str, content: Content) -> Received {
    let body = siskin_model::Body::new(content);
    let address = |text: &str| Address::new(ChatId::parse(text).unwrap());
    Received {
        chat: address(BOB),
        sender: address(writer),
        from_me: writer != BOB,
        id: MessageId::from_text(id),
        at: SystemClock.now(),
        push_name: "Bob".to_owned(),
        raw: serde_json::to_vec(&body).unwrap(),
        body,
        file_size: None,
        status: None,
        by_admin: false,
    }
}

/// Whether a body has a file fetched from another machine: whatever is tried, nothing goes out.
pub(super) async fn leads_outside(instance: &TestInstance<'_>, body: &[u8]) -> bool {
    let Ok(members) =
        json_members(Request::post("/").body(Body::from(body.to_vec())).unwrap()).await
    else {
        return false;
    };
    let Some(text) = members.get("urlFile").and_then(Value::as_str) else { return false };
    if text.starts_with(&format!("{}/files/", instance.base_url())) {
        return false;
    }
    url::Url::parse(text).is_ok_and(|url| match url.host() {
        Some(url::Host::Ipv4(address)) => !address.is_loopback(),
        Some(url::Host::Ipv6(address)) => !address.is_loopback(),
        Some(url::Host::Domain(_)) => true,
        None => false,
    })
}
