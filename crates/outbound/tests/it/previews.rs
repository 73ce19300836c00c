use siskin_outbound::{Fetcher, OutboundError, PageDescription, Policy};

use crate::server::{Reply, Server};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and what follows";

fn fetcher() -> Fetcher {
    Fetcher::new(Policy::AnyIncludingPrivate)
}

#[tokio::test]
async fn a_page_is_described_where_it_is_found() {
    let server = Server::start(|path| match path {
        "/short" => Reply::redirect("/long/page"),
        _ => Reply::new(
            "200 OK\nContent-Type: text/html; charset=windows-1251",
            b"<title>\xcf\xf0\xe8\xe2\xe5\xf2</title><meta property=og:image content=i.png>"
                .to_vec(),
        ),
    })
    .await;
    let page = fetcher().page(&server.at("/short")).await.unwrap();
    let expected = PageDescription {
        title: "Привет".to_owned(),
        image_url: Some(server.at("/long/i.png")),
        final_url: server.at("/long/page"),
        ..PageDescription::default()
    };
    assert_eq!(page, expected);
}

#[tokio::test]
async fn of_a_page_without_end_the_beginning_is_read() {
    let server = Server::start(|_| {
        Reply::new("200 OK\nContent-Type: text/html", "<title>long</title>").without_end(None)
    })
    .await;
    let page = fetcher().page(&server.at("/")).await.unwrap();
    assert_eq!(page.title, "long");
}

#[tokio::test]
async fn a_file_is_no_page() {
    let server = Server::start(|_| {
        Reply::new("200 OK\nContent-Type: application/pdf", "%PDF").without_end(None)
    })
    .await;
    let file = fetcher().page(&server.at("/")).await;
    assert!(matches!(file, Err(OutboundError::NotText { .. })), "{file:?}");
}

#[tokio::test]
async fn a_silent_page_is_waited_for_eight_seconds() {
    let mut server =
        Server::start(|_| Reply::new("200 OK\nContent-Type: text/html", "<title>").then_hold())
            .await;
    let url = server.at("/");
    let asked = tokio::spawn(async move { fetcher().page(&url).await });
    server.requests.recv().await.unwrap();
    tokio::time::pause();
    assert_eq!(asked.await.unwrap(), Err(OutboundError::TimedOut));
}

#[tokio::test]
async fn a_picture_is_one_by_its_bytes() {
    let server = Server::start(|path| match path {
        "/unnamed" => Reply::new("200 OK\nContent-Type: application/octet-stream", PNG),
        "/false" => Reply::new("200 OK\nContent-Type: image/png", "<html>no</html>").then_hold(),
        "/empty" => Reply::new("200 OK\nContent-Type: image/png\nContent-Length: 0", ""),
        _ => Reply::new("200 OK\nContent-Type: image/png", PNG).without_end(None),
    })
    .await;
    assert_eq!(fetcher().image(&server.at("/unnamed"), 1000).await.unwrap(), PNG);
    for path in ["/false", "/empty"] {
        let other = fetcher().image(&server.at(path), 1000).await;
        assert!(matches!(other, Err(OutboundError::NotPicture { .. })), "{path}: {other:?}");
    }
    let large = fetcher().image(&server.at("/endless"), 100_000).await;
    assert!(matches!(large, Err(OutboundError::TooLarge { largest: 100_000, .. })), "{large:?}");
}
