//! `scanqrcode`.

use futures::StreamExt as _;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, MaybeTlsStream, WebSocketStream};

use crate::stage::{ANN, Api, PATIENCE, Stage};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn open(api: &Api) -> Socket {
    let url = api.url("scanqrcode").replacen("http://", "ws://", 1);
    ClientBuilder::new().uri(&url).unwrap().connect().await.unwrap().0
}

/// The next frame; nothing when the server has closed.
async fn frame(socket: &mut Socket) -> Option<Value> {
    // A code lives up to 60 s.
    let next = tokio::time::timeout(PATIENCE * 2, async {
        loop {
            match socket.next().await {
                Some(Ok(message)) if message.is_text() => {
                    return serde_json::from_str(message.as_text().unwrap()).ok();
                }
                Some(Ok(message)) if !message.is_close() => {}
                _ => return None,
            }
        }
    });
    next.await.expect("neither a frame nor an end")
}

#[tokio::test]
async fn codes_come_until_the_scan_and_then_the_account() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let mut socket = open(&api).await;
    let first = frame(&mut socket).await.unwrap();
    let code = api.code_in(&first).expect("the first frame is a code");
    phones.scan(ANN, &code).await;
    let account = frame(&mut socket).await.unwrap();
    assert_eq!(account["type"], "accountData", "{account}");
    assert_eq!(account["wid"], format!("{ANN}@c.us"));
    assert!(account.get("pushname").is_some() && account.get("webhookUrl").is_some());
    assert_eq!(frame(&mut socket).await, None, "the server closes after the last frame");
}

#[tokio::test]
async fn a_linked_instance_says_so_and_closes() {
    let stage = Stage::start().await;
    let api = stage.api();
    api.link(&stage.phones(), ANN).await;
    let mut socket = open(&api).await;
    assert_eq!(frame(&mut socket).await.unwrap()["type"], "alreadyLogged");
    assert_eq!(frame(&mut socket).await, None);
}

/// Takes 100 s: the vendor's own bound.
#[tokio::test]
async fn without_a_scan_it_ends_after_100_seconds() {
    let stage = Stage::start().await;
    let mut socket = open(&stage.api()).await;
    let (started, mut codes) = (std::time::Instant::now(), 0);
    let last = loop {
        let next = frame(&mut socket).await.unwrap();
        match next["type"].as_str() {
            Some("qrCode") => codes += 1,
            _ => break next,
        }
    };
    assert_eq!((&last["type"], &last["message"]), (&"timeout".into(), &"timeout".into()));
    assert!((99..110).contains(&started.elapsed().as_secs()));
    assert!(codes >= 3, "one at once, one after 60 s, one after 80 s: {codes}");
    assert_eq!(frame(&mut socket).await, None);
}
