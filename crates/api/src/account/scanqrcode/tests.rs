#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::time::Duration;

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use siskin_fleet::SessionEvent;
use siskin_fleet_testing::ScriptedSession;
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, MaybeTlsStream, Message, WebSocketStream};

use crate::testing::{ANN, Api, TestInstance, account};

const PATIENCE: Duration = Duration::from_secs(10);
const CODE_LIFETIME: Duration = Duration::from_secs(60);

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Serves the API on loopback; gives its address.
async fn serve(api: &Api) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, api.router.clone()).into_future());
    format!("ws://{address}")
}

async fn connect(base: &str, instance: &TestInstance<'_>) -> Socket {
    let uri = format!("{base}{}", instance.path("scanqrcode")).parse().unwrap();
    ClientBuilder::from_uri(uri).connect().await.unwrap().0
}

async fn next(socket: &mut Socket) -> Message {
    let message = tokio::time::timeout(PATIENCE, socket.next()).await;
    message.expect("a frame comes").expect("the socket is open").unwrap()
}

async fn next_json(socket: &mut Socket) -> Value {
    let message = next(socket).await;
    serde_json::from_str(message.as_text().expect("a text frame")).unwrap()
}

async fn closes(socket: &mut Socket) {
    let (code, _) = next(socket).await.as_close().map(|(c, r)| (u16::from(c), r.len())).unwrap();
    assert_eq!(code, 1000);
}

async fn first_code(api: &Api, socket: &mut Socket) -> ScriptedSession {
    let session = api.engine.opened().await;
    session.show_qr("2@first", CODE_LIFETIME).await;
    assert_eq!(next_json(socket).await["type"], "qrCode");
    session
}

#[tokio::test]
async fn each_code_is_pushed_and_the_account_is_the_last_frame() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    instance.post("setSettings", &json!({"webhookUrl": "http://127.0.0.1:9/hook"})).await;
    let mut socket = connect(&base, &instance).await;
    let session = first_code(&api, &mut socket).await;
    session.show_qr("2@second", CODE_LIFETIME).await;
    assert_eq!(next_json(&mut socket).await["type"], "qrCode");
    socket.send(Message::text("ignored")).await.unwrap();
    session.link(&account()).await;
    let last = json!({"type": "accountData", "wid": format!("{ANN}@c.us"), "pushname": "Ann",
        "webhookUrl": "http://127.0.0.1:9/hook"});
    assert_eq!(next_json(&mut socket).await, last);
    closes(&mut socket).await;
}

#[tokio::test]
async fn a_linked_instance_tells_so_and_closes() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    instance.linked().await;
    let mut socket = connect(&base, &instance).await;
    let last = json!({"type": "alreadyLogged", "message": "instance account already authorized"});
    assert_eq!(next_json(&mut socket).await, last);
    closes(&mut socket).await;
}

#[tokio::test]
async fn a_passkey_demand_is_told_and_closes() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    let mut socket = connect(&base, &instance).await;
    let session = first_code(&api, &mut socket).await;
    session.send(SessionEvent::PasskeyRequired).await;
    assert_eq!(next_json(&mut socket).await["type"], "passkeyRequired");
    closes(&mut socket).await;
}

#[tokio::test]
async fn the_newest_session_takes_over() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    let mut old = connect(&base, &instance).await;
    let _session = first_code(&api, &mut old).await;
    let mut new = connect(&base, &instance).await;
    assert_eq!(next_json(&mut new).await["type"], "qrCode");
    assert_eq!(next_json(&mut old).await["type"], "error");
    closes(&mut old).await;
}

#[tokio::test]
async fn without_a_scan_it_ends_after_a_hundred_seconds() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    let mut socket = connect(&base, &instance).await;
    let _session = first_code(&api, &mut socket).await;
    tokio::time::pause();
    let waiting = tokio::time::Instant::now();
    let last = tokio::time::timeout(Duration::from_secs(200), socket.next()).await;
    let last = last.expect("the session ends").unwrap().unwrap();
    let last: Value = serde_json::from_str(last.as_text().unwrap()).unwrap();
    assert_eq!(last, json!({"type": "timeout", "message": "timeout"}));
    assert!((90..=110).contains(&waiting.elapsed().as_secs()), "{:?}", waiting.elapsed());
}

#[tokio::test]
async fn when_the_client_goes_the_instance_falls_asleep_again() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    let mut socket = connect(&base, &instance).await;
    let session = first_code(&api, &mut socket).await;
    drop(socket);
    tokio::time::pause();
    let left = tokio::time::Instant::now();
    tokio::time::timeout(Duration::from_secs(200), session.closed()).await.expect("it closes");
    // Well before the session would have ended by itself.
    assert!(left.elapsed() < Duration::from_secs(90), "{:?}", left.elapsed());
}

#[tokio::test]
async fn a_wrong_token_and_a_plain_get_are_refused_before_the_upgrade() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let path = format!("/waInstance{}/scanqrcode/wrong", instance.id);
    assert_eq!(api.call("GET", &path, "").await.status, 401);
    let answer = instance.get("scanqrcode").await;
    assert_eq!((answer.status, answer.text().contains("websocket")), (400, true));
}

#[tokio::test]
async fn it_ends_when_the_instance_is_deleted() {
    let api = Api::new().await;
    let (base, instance) = (serve(&api).await, api.instance().await);
    let mut socket = connect(&base, &instance).await;
    first_code(&api, &mut socket).await;
    api.fleet.delete(instance.id).await.unwrap();
    let last = next_json(&mut socket).await;
    assert_eq!(last, json!({"type": "error", "message": "Instance is deleted"}));
    closes(&mut socket).await;
}
