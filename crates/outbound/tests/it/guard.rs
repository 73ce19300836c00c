use siskin_outbound::{Fetcher, Outbound, OutboundError, Policy};
use siskin_testkit::WebhookReceiver;

use crate::webhooks::{LONG, post};

#[tokio::test]
async fn this_machine_is_not_reached_under_the_public_policy() {
    let receiver = WebhookReceiver::start().await.unwrap();
    let port = receiver.url().rsplit(':').next().unwrap();
    let outbound = Outbound::new(Policy::Public);
    let fetcher = Fetcher::new(Policy::Public);
    for host in [
        "127.0.0.1",
        "localhost",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0.0.0.0",
    ] {
        let url = format!("http://{host}:{port}/hook");
        let sent = post(&outbound, &url, "", LONG).await;
        assert!(matches!(sent, Err(OutboundError::Forbidden { .. })), "{host}: {sent:?}");
        let called = outbound.get_text(&url, 1000).await;
        assert!(matches!(called, Err(OutboundError::Forbidden { .. })), "{host}: {called:?}");
        let file = fetcher.fetch_file(&url, 1000).await.map(drop);
        let page = fetcher.page(&url).await.map(drop);
        let image = fetcher.image(&url, 1000).await.map(drop);
        for fetched in [file, page, image] {
            assert!(matches!(fetched, Err(OutboundError::Forbidden { .. })), "{host}: {fetched:?}");
        }
    }
    assert!(receiver.already().await.is_none(), "nothing has come through");
}

#[tokio::test]
async fn it_is_reached_where_the_operator_allows_it() {
    let receiver = WebhookReceiver::start().await.unwrap();
    let port = receiver.url().rsplit(':').next().unwrap();
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    for host in ["127.0.0.1", "localhost", "2130706433"] {
        let url = format!("http://{host}:{port}/{host}");
        let sent = post(&outbound, &url, "", LONG).await;
        assert_eq!(sent, Ok(200), "{host}");
        assert_eq!(receiver.next().await.unwrap().path, format!("/{host}"));
    }
}

#[tokio::test]
async fn other_schemes_and_half_addresses_are_refused() {
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    for url in ["", "hook", "ftp://example.org/", "file:///etc/passwd", "http://"] {
        let sent = post(&outbound, url, "", LONG).await;
        assert_eq!(sent, Err(OutboundError::InvalidUrl), "{url}");
    }
}
