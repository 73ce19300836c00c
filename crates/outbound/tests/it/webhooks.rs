use std::time::Duration;

use siskin_outbound::{Outbound, OutboundError, Policy};
use siskin_testkit::{Answer, WebhookReceiver};

pub(crate) const LONG: Duration = Duration::from_secs(20);

/// Posts a sample notification.
pub(crate) async fn post(
    outbound: &Outbound,
    url: &str,
    credential: &str,
    patience: Duration,
) -> Result<u16, OutboundError> {
    let body = r#"{"typeWebhook":"sample","text":"Grüße"}"#.to_owned();
    outbound.post_notification(url, credential, 7, body, patience).await
}

async fn receiver_and_outbound() -> (WebhookReceiver, Outbound) {
    let receiver = WebhookReceiver::start().await.unwrap();
    (receiver, Outbound::new(Policy::AnyIncludingPrivate))
}

#[tokio::test]
async fn a_notification_comes_as_the_vendor_sends_it() {
    let (receiver, outbound) = receiver_and_outbound().await;
    let url = format!("{}/path?key=value", receiver.url());
    assert_eq!(post(&outbound, &url, "", LONG).await, Ok(200));
    let received = receiver.next().await.unwrap();
    assert_eq!(received.path, "/path?key=value");
    assert_eq!(received.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(received.header("authorization"), None);
    assert_eq!(received.header("x-siskin-receipt"), Some("7"));
    assert_eq!(received.body["text"], "Grüße");
}

#[tokio::test]
async fn the_credential_is_the_one_authorization() {
    let (receiver, outbound) = receiver_and_outbound().await;
    let own = receiver.url().to_owned();
    let with_user = own.replace("http://", "http://user:password@");
    for (url, credential, header) in [
        (&own, "secret", "Bearer secret"),
        (&own, "Basic dXNlcjpwdw==", "Basic dXNlcjpwdw=="),
        (&with_user, "", "Basic dXNlcjpwYXNzd29yZA=="),
        (&with_user, "secret", "Bearer secret"),
    ] {
        assert_eq!(post(&outbound, url, credential, LONG).await, Ok(200));
        assert_eq!(receiver.next().await.unwrap().header("authorization"), Some(header));
    }
    let refused = post(&outbound, &own, "two\nlines", LONG).await;
    assert_eq!(refused, Err(OutboundError::InvalidCredential));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_not_followed() {
    let (receiver, outbound) = receiver_and_outbound().await;
    let elsewhere = WebhookReceiver::start().await.unwrap();
    for status in [301, 302, 303, 307, 308] {
        receiver.answer([Answer::status(status).location(elsewhere.url())]);
        assert_eq!(post(&outbound, receiver.url(), "", LONG).await, Ok(status));
    }
    assert!(elsewhere.already().await.is_none());
}

#[tokio::test]
async fn silence_ends_at_the_timeout() {
    let (receiver, outbound) = receiver_and_outbound().await;
    receiver.answer([Answer::never()]);
    let timeout = Duration::from_millis(200);
    let sent = post(&outbound, receiver.url(), "", timeout).await;
    assert_eq!(sent, Err(OutboundError::TimedOut));
}

#[tokio::test]
async fn a_long_answer_is_not_read() {
    let (receiver, outbound) = receiver_and_outbound().await;
    receiver.answer([Answer::status(200).body(vec![b'x'; 64 * 1024 * 1024])]);
    assert_eq!(post(&outbound, receiver.url(), "", LONG).await, Ok(200));
    assert_eq!(post(&outbound, receiver.url(), "", LONG).await, Ok(200));
}

#[tokio::test]
async fn errors_and_debug_tell_no_secrets() {
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    // A port that was free a moment ago.
    let closed = WebhookReceiver::start().await.unwrap().url().to_owned();
    let url = format!("{}/waInstance1/qr/s3cret?k=s3cret", closed.replace("://", "://u:s3cret@"));
    let error = post(&outbound, &url, "s3cret", LONG).await.unwrap_err();
    assert!(matches!(error, OutboundError::Unreachable { .. }), "{error}");
    let called = outbound.call(&url, None, "*/*", 1000).await.unwrap_err();
    let told = format!("{error} {error:?} {called} {called:?} {outbound:?}");
    assert!(!told.contains("s3cret"), "{told}");
    assert!(told.contains(closed.trim_start_matches("http://")), "{told}");
}
