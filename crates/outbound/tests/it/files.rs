use std::time::Duration;

use siskin_outbound::{Fetcher, OutboundError, Policy};

use crate::server::{Reply, Server};

const LARGEST: u64 = 1024 * 1024;

fn fetcher() -> Fetcher {
    Fetcher::new(Policy::AnyIncludingPrivate)
}

/// All bytes of a file.
async fn fetch(url: &str) -> Result<Vec<u8>, OutboundError> {
    let mut file = fetcher().fetch_file(url, LARGEST).await?;
    let mut bytes = Vec::new();
    while let Some(chunk) = file.chunk().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[tokio::test]
async fn a_file_comes_with_its_type() {
    let server = Server::start(|_| {
        Reply::new("200 OK\nContent-Type: application/pdf\nContent-Length: 5", "%PDF-")
    })
    .await;
    let url = server.at("/files/a.pdf?token=s3cret");
    let mut file = fetcher().fetch_file(&url, LARGEST).await.unwrap();
    assert!(!format!("{file:?}").contains("s3cret"), "{file:?}");
    assert_eq!(file.content_type(), Some("application/pdf"));
    assert_eq!(file.size(), Some(5));
    assert_eq!(file.chunk().await.unwrap().as_deref(), Some(&b"%PDF-"[..]));
    assert_eq!(file.chunk().await, Ok(None));
}

#[tokio::test]
async fn five_redirects_are_followed_and_no_more() {
    let server = Server::start(|path| match path {
        "/0" => Reply::new("200 OK\nContent-Length: 4", "file"),
        "/loop" => Reply::redirect("/loop"),
        "/elsewhere" => Reply::redirect("file:///etc/passwd"),
        "/nowhere" => Reply::new("302 Found\nContent-Length: 0", ""),
        number => Reply::redirect(&(number[1..].parse::<u32>().unwrap() - 1).to_string()),
    })
    .await;
    assert_eq!(fetch(&server.at("/5")).await.unwrap(), b"file");
    for path in ["/6", "/loop"] {
        let refused = fetch(&server.at(path)).await;
        assert!(matches!(refused, Err(OutboundError::Redirects { .. })), "{path}: {refused:?}");
    }
    assert_eq!(fetch(&server.at("/elsewhere")).await, Err(OutboundError::InvalidUrl));
    let nowhere = fetch(&server.at("/nowhere")).await;
    assert!(matches!(nowhere, Err(OutboundError::Status { status: 302, .. })), "{nowhere:?}");
}

#[tokio::test]
async fn only_a_success_is_a_file() {
    let server = Server::start(|_| Reply::new("404 Not Found\nContent-Length: 2", "no")).await;
    let missing = fetch(&server.at("/")).await;
    assert!(matches!(missing, Err(OutboundError::Status { status: 404, .. })), "{missing:?}");
}

#[tokio::test]
async fn a_file_that_is_announced_as_too_large_is_not_begun() {
    let head = format!("200 OK\nContent-Length: {}", LARGEST + 1);
    let server = Server::start(move |_| Reply::new(&head, "x").then_hold()).await;
    let refused = fetcher().fetch_file(&server.at("/"), LARGEST).await.unwrap_err();
    let OutboundError::TooLarge { largest, size, .. } = refused else { panic!("{refused:?}") };
    assert_eq!((largest, size), (LARGEST, Some(LARGEST + 1)));
}

#[tokio::test]
async fn a_file_without_end_has_one() {
    let server = Server::start(|_| {
        // No length and no chunks: it ends with the connection, which does not.
        Reply::new("200 OK", vec![0; 64 * 1024]).without_end(None)
    })
    .await;
    let refused = fetch(&server.at("/")).await;
    assert!(matches!(refused, Err(OutboundError::TooLarge { size: None, .. })), "{refused:?}");
}

#[tokio::test]
async fn a_file_that_is_shorter_than_promised_is_none() {
    let server = Server::start(|_| Reply::new("200 OK\nContent-Length: 10", "half")).await;
    let broken = fetch(&server.at("/")).await;
    assert!(matches!(broken, Err(OutboundError::Unreachable { .. })), "{broken:?}");
}

#[tokio::test]
async fn what_is_longer_than_promised_is_cut() {
    let server = Server::start(|_| Reply::new("200 OK\nContent-Length: 4", "file and more")).await;
    assert_eq!(fetch(&server.at("/")).await.unwrap(), b"file");
}

#[tokio::test]
async fn nothing_is_unpacked() {
    // What a kilobyte of zeros is in gzip.
    let packed =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03c`\x18\x05\xa3`\x14\x0cw\x00\x00".to_vec();
    let body = packed.clone();
    let mut server = Server::start(move |_| {
        let head = format!("200 OK\nContent-Encoding: gzip\nContent-Length: {}", body.len());
        Reply::new(&head, body.clone())
    })
    .await;
    assert_eq!(fetch(&server.at("/")).await.unwrap(), packed);
    let request = server.requests.recv().await.unwrap().to_lowercase();
    assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
    let page = fetcher().page(&server.at("/")).await;
    assert!(matches!(page, Err(OutboundError::NotText { .. })), "{page:?}");
}

#[tokio::test]
async fn silence_ends_a_file() {
    let server =
        Server::start(|_| Reply::new("200 OK\nContent-Length: 10", "half").then_hold()).await;
    let mut file = fetcher().fetch_file(&server.at("/"), LARGEST).await.unwrap();
    assert_eq!(file.chunk().await.unwrap().as_deref(), Some(&b"half"[..]));
    tokio::time::pause();
    let silent = tokio::time::Instant::now();
    assert_eq!(file.chunk().await, Err(OutboundError::TimedOut));
    assert_eq!(silent.elapsed().as_secs(), 30);
}

#[tokio::test]
async fn a_trickle_ends_as_well() {
    let pause = Some(Duration::from_secs(20));
    let server = Server::start(move |_| Reply::new("200 OK", "x").without_end(pause)).await;
    let mut file = fetcher().fetch_file(&server.at("/"), LARGEST).await.unwrap();
    tokio::time::pause();
    let begun = tokio::time::Instant::now();
    let error = loop {
        if let Err(error) = file.chunk().await {
            break error;
        }
    };
    assert_eq!(error, OutboundError::TimedOut);
    assert!((595..=601).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}
