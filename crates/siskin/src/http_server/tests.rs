#![allow(clippy::unwrap_used)]

use axum::body::{Bytes, to_bytes};
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, timeout};

use super::pace::PATIENCE;
use super::socket::FIRST_BYTE;
use super::*;
use crate::client_address::Proxies;

const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n";
/// More than the buffers of both sockets hold.
const LARGE: usize = 64 * 1024 * 1024;
const SECOND: Duration = Duration::from_secs(1);

async fn start(most: usize) -> (SocketAddr, CancellationToken) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
    let large = Bytes::from(vec![0; LARGE]);
    let app = Router::new()
        .route("/", get(|| async { "well" }))
        .route("/large", get(|| async { large }))
        .route("/poll", get(std::future::pending::<()>))
        .route("/read", post(|body: Body| async { read(body).await }));
    let proxies = Proxies::new(vec!["127.0.0.0/8".parse().unwrap()]);
    tokio::spawn(serve(listener, app, Places::new(most, proxies), stopping.clone()));
    (address, stopping)
}

async fn read(body: Body) -> String {
    to_bytes(body, LARGE).await.map_or_else(|error| error.to_string(), |all| all.len().to_string())
}

async fn connect(address: SocketAddr, said: &[u8]) -> TcpStream {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(said).await.unwrap();
    socket
}

/// How long the server keeps a connection, and what it has said by then.
async fn until_closed(mut socket: TcpStream) -> (Duration, String) {
    let began = Instant::now();
    let mut said = Vec::new();
    let ended = timeout(SECOND * 600, socket.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the socket is still open");
    (began.elapsed(), String::from_utf8_lossy(&said).into_owned())
}

/// How long the server bears a client that says one byte every five seconds.
async fn until_refused(mut socket: TcpStream) -> Duration {
    let began = Instant::now();
    while began.elapsed() < SECOND * 600 {
        tokio::time::sleep(SECOND * 5).await;
        if socket.write_all(b"x").await.is_err() {
            return began.elapsed();
        }
    }
    panic!("the socket is still open");
}

#[tokio::test(start_paused = true)]
async fn who_says_nothing_or_half_of_something_loses_the_socket() {
    let (address, _stopping) = start(100).await;
    for (said, borne) in [
        (&b""[..], FIRST_BYTE),
        (b"PRI * HT", HEADERS),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHalf", HEADERS),
        // No second request comes.
        (GET, HEADERS),
        (b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n", PATIENCE),
        (b"POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nab", PATIENCE),
    ] {
        let (kept, _) = until_closed(connect(address, said).await).await;
        let said = String::from_utf8_lossy(said);
        assert!(kept <= borne + SECOND, "{said:?} was borne for {kept:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_every_five_seconds_is_not_borne_for_ever() {
    let (address, _stopping) = start(100).await;
    for said in [
        &b"GET / HTTP/1.1\r\nX: "[..],
        b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n",
    ] {
        let kept = until_refused(connect(address, said).await).await;
        assert!(kept <= HEADERS + SECOND * 15, "{kept:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_said_to_be_late() {
    let (address, _stopping) = start(100).await;
    let said = b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc";
    let (_, answer) = until_closed(connect(address, said).await).await;
    assert!(answer.ends_with("the body did not come in time"), "{answer}");
}

#[tokio::test(start_paused = true)]
async fn an_upload_on_a_slow_line_and_a_long_poll_are_borne() {
    let (address, _stopping) = start(100).await;
    let mut upload =
        connect(address, b"POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n").await;
    let poll = connect(address, b"GET /poll HTTP/1.1\r\nHost: x\r\n\r\n").await;
    for _ in 0..90 {
        tokio::time::sleep(SECOND * 10).await;
        upload.write_all(&[b'x'; 10_000]).await.unwrap();
    }
    let mut answer = [0; 1000];
    let length = upload.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("900000"), "{answer}");
    let mut nothing = [0; 1];
    assert!(timeout(SECOND, poll.peek(&mut nothing)).await.is_err(), "the poll was given up");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_nobody_reads_is_given_up() {
    let (address, _stopping) = start(100).await;
    let mut socket = connect(address, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n").await;
    tokio::time::sleep(PATIENCE * 2).await;
    let mut read = Vec::new();
    // Broken off: what the buffers hold, then the end or a reset.
    let _ = timeout(SECOND * 600, socket.read_to_end(&mut read)).await.unwrap();
    assert!(read.len() < LARGE, "all {} bytes came", read.len());
}

#[tokio::test]
async fn another_protocol_than_http_1_is_refused_at_once() {
    let (address, _stopping) = start(100).await;
    let socket = connect(address, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    let mut socket = socket;
    let mut said = Vec::new();
    let ended = timeout(FIRST_BYTE, socket.read_to_end(&mut said)).await;
    assert!(ended.is_ok(), "the socket is still open");
}

#[tokio::test]
async fn a_request_is_answered_while_silent_connections_fill_every_place() {
    let (address, _stopping) = start(4).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(connect(address, b"").await);
    }
    let mut served = connect(address, GET).await;
    let mut answer = [0; 1000];
    let length = timeout(PATIENCE, served.read(&mut answer)).await.unwrap().unwrap();
    assert!(String::from_utf8_lossy(&answer[..length]).ends_with("well"));
}

#[tokio::test]
async fn a_request_is_answered_and_a_stopped_server_takes_no_more() {
    let (address, stopping) = start(100).await;
    let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let mut socket = connect(address, request).await;
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well"), "{answer}");
    stopping.cancel();
    let refused = async || {
        anyhow::ensure!(TcpStream::connect(address).await.is_err(), "it still listens");
        Ok(())
    };
    siskin_testkit::eventually("a closed port", HEADERS, refused).await.unwrap();
}
