use serde_json::json;
use siskin_outbound::{Outbound, OutboundError, Policy};
use siskin_testkit::{Answer, WebhookReceiver};

#[tokio::test]
async fn a_page_is_text_of_a_bounded_length() {
    let receiver = WebhookReceiver::start().await.unwrap();
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    receiver.answer([
        Answer::status(200).body("a page"),
        Answer::status(200).body("a page"),
        Answer::status(404).body("no page"),
        Answer::status(200).body(vec![0xff, 0xfe]),
    ]);
    assert_eq!(outbound.get_text(receiver.url(), 6).await.as_deref(), Ok("a page"));
    let long = outbound.get_text(receiver.url(), 5).await;
    assert!(matches!(long, Err(OutboundError::TooLarge { largest: 5, .. })), "{long:?}");
    let missing = outbound.get_text(receiver.url(), 100).await;
    assert!(matches!(missing, Err(OutboundError::Status { status: 404, .. })), "{missing:?}");
    let binary = outbound.get_text(receiver.url(), 100).await;
    assert!(matches!(binary, Err(OutboundError::NotText { .. })), "{binary:?}");
}

#[tokio::test]
async fn a_call_posts_json_and_returns_any_status() {
    let receiver = WebhookReceiver::start().await.unwrap();
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    receiver.answer([Answer::status(400).body("no"), Answer::status(200).body("yes")]);
    let body = json!({"qr": "text"});
    let refused = outbound.call(receiver.url(), Some(&body), "application/json", 100).await;
    assert_eq!(refused, Ok((400, "no".to_owned())));
    let received = receiver.next().await.unwrap();
    assert_eq!(received.body, body);
    assert_eq!(received.header("accept"), Some("application/json"));
    let asked = outbound.call(receiver.url(), None, "image/png", 100).await;
    assert_eq!(asked, Ok((200, "yes".to_owned())));
    assert_eq!(receiver.next().await.unwrap().header("accept"), Some("image/png"));
}
