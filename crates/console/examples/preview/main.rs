//! Every view of the pages on made-up instances, to look at while working on them:
//! `cargo run -p siskin-console --example preview`, then open what it prints.

#![allow(clippy::unwrap_used)]

mod network;
mod story;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use serde_json::{Value, json};
use siskin_console::{ConsoleContext, SandboxInfo};
use siskin_fleet::{End, Fleet, Instance, SessionEvent};
use siskin_fleet_testing::{ScriptedEngine, ScriptedSession, fleet};
use siskin_green_api::Settings;
use siskin_model::{Account, Token};
use siskin_store_testing::MemoryStore;
use tokio::sync::Mutex;

/// Which session shows which code.
type Codes = Arc<Mutex<HashMap<String, Arc<ScriptedSession>>>>;

#[tokio::main]
async fn main() {
    let engine = ScriptedEngine::new();
    let fleet = fleet(Arc::new(MemoryStore::default()), engine.clone()).await.unwrap();
    let port = std::env::args().nth(1).unwrap_or("8099".to_owned());
    let address = format!("127.0.0.1:{port}");
    let mut kept = Vec::new();
    for (name, events) in views() {
        kept.push(prepare(&fleet, &engine, &address, name, events).await);
    }
    let network = network::Network::new(kept.remove(0));
    story::tell(&network).await;
    let scan = fleet.create("Waiting for a scan".to_owned(), Settings::for_people()).await.unwrap();
    print(&address, "scan", &scan);
    let codes = Codes::default();
    tokio::spawn(show_codes(engine, codes.clone()));

    let context = ConsoleContext {
        fleet,
        admin_token: Token::from_text("preview"),
        sandbox: Some(SandboxInfo::default()),
    };
    println!("console http://{address}/console/enter/preview");
    let phones = axum::Router::new()
        .route("/files/{*path}", get(story::picture))
        .route("/sandbox/phones/{phone}/scan", post(accept))
        .route("/sandbox/phones/{phone}/pairing-code", post(accept))
        .with_state((codes, network.clone()))
        .merge(network::routes(network));
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let pages = phones.fallback_service(siskin_console::router(context));
    axum::serve(listener, pages).await.unwrap();
}

fn ann() -> Account {
    Account {
        phone: "15550100001".parse().unwrap(),
        device: 3,
        lid: None,
        push_name: "Ann Finch".to_owned(),
    }
}

/// Each view, and what has to happen to an instance to get there.
fn views() -> Vec<(&'static str, Vec<SessionEvent>)> {
    let linked = || vec![SessionEvent::Paired(ann()), SessionEvent::Online(ann())];
    let ended = |end| [linked(), vec![SessionEvent::Ended(end)]].concat();
    vec![
        ("linked", linked()),
        ("pairing", vec![SessionEvent::Paired(ann())]),
        ("passkey", vec![SessionEvent::PasskeyRequired]),
        ("unreachable", vec![SessionEvent::Unreachable]),
        ("untrusted", vec![SessionEvent::NotTrusted]),
        ("outdated", vec![SessionEvent::Ended(End::ClientOutdated)]),
        ("replaced", ended(End::Replaced)),
        ("banned", ended(End::Banned)),
        ("suspended", ended(End::TemporarilyBanned(Duration::from_secs(86_400)))),
    ]
}

async fn prepare(
    fleet: &Arc<Fleet>,
    engine: &Arc<ScriptedEngine>,
    address: &str,
    name: &str,
    events: Vec<SessionEvent>,
) -> ScriptedSession {
    let instance = fleet.create(name.to_owned(), Settings::for_people()).await.unwrap();
    print(address, name, &instance);
    let _viewer = instance.view_qr();
    let session = engine.opened().await;
    for event in events {
        session.send(event).await;
    }
    session
}

fn print(address: &str, name: &str, instance: &Instance) {
    let token = instance.token();
    println!("{name} http://{address}/waInstance{}/{}", instance.id(), token.expose());
}

/// Gives every session that is opened its codes.
async fn show_codes(engine: Arc<ScriptedEngine>, codes: Codes) {
    loop {
        let engine = engine.clone();
        // It gives up after a while with nothing to open.
        let Ok(session) = tokio::spawn(async move { engine.opened().await }).await else {
            continue;
        };
        let session = Arc::new(session);
        // All scripted sessions issue the same pairing code: the last one gets it.
        codes.lock().await.insert("ABCD1234".to_owned(), session.clone());
        tokio::spawn(rotate(session, codes.clone()));
    }
}

/// A first code for 60 s, then one every 20 s, as WhatsApp does.
async fn rotate(session: Arc<ScriptedSession>, codes: Codes) {
    if session.linked {
        session.send(SessionEvent::Online(ann())).await;
        return;
    }
    let mut lifetime = Duration::from_secs(60);
    while !session.is_closed() {
        let secret: [u8; 90] = std::array::from_fn(|_| rand::random_range(b'a'..=b'z'));
        let text = format!("2@{},preview", String::from_utf8_lossy(&secret));
        codes.lock().await.insert(text.clone(), session.clone());
        session.show_qr(&text, lifetime).await;
        tokio::time::sleep(lifetime).await;
        lifetime = Duration::from_secs(20);
    }
}

/// A phone scans a code, or has one typed into it.
async fn accept(
    State((codes, network)): State<(Codes, Arc<network::Network>)>,
    Path(phone): Path<String>,
    Json(body): Json<HashMap<String, String>>,
) -> Result<Json<Value>, (StatusCode, Json<Value>)> {
    let code = body.get("qr").or(body.get("code")).cloned().unwrap_or_default();
    let session = codes.lock().await.remove(&code.replace('-', ""));
    let session = session.filter(|session| !session.is_closed());
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({"error": "this code is not valid"})));
    let account = Account { phone: phone.parse().map_err(|_| refused())?, ..ann() };
    let session = session.ok_or_else(refused)?;
    session.link(&account).await;
    network.attach(&phone, session);
    Ok(Json(json!({})))
}
