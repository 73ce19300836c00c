//! Files that are lost, large or somewhere they should not be.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Talk, ann, ben, png};
use crate::stage::BEN;

async fn picture_comes(talk: &Talk) -> (String, Value, Vec<u8>) {
    let bytes = png(40, 30);
    let data = BASE64_STANDARD.encode(&bytes);
    let message = json!({"kind": "image", "mimeType": "image/png", "data": data});
    let id = talk.ben_sends(message).await;
    let told = talk.told("incomingMessageReceived").await;
    (id, told["messageData"]["fileMessageData"].clone(), bytes)
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let talk = Talk::start().await;
    let (_, file, bytes) = picture_comes(&talk).await;
    let url = file["downloadUrl"].as_str().unwrap();
    let request = crate::stage::http().get(url).header("range", "bytes=4-9");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.bytes().await.unwrap(), bytes[4..=9]);
    let wrong = url.replace("/files/", "/files/0");
    let answer = crate::stage::http().get(wrong).send().await.unwrap();
    assert_eq!(answer.status(), 404);
}

#[tokio::test]
async fn a_file_that_whatsapp_has_lost_comes_from_the_phone() {
    let talk = Talk::start().await;
    let bytes = png(40, 30);
    let data = BASE64_STANDARD.encode(&bytes);
    // Ann's instance is away while the file is sent and lost.
    let gone = json!({"expireMedia": {}});
    talk.phones.fault(json!({"mediaFault": {"kind": "unavailable"}})).await;
    let message = json!({"kind": "image", "mimeType": "image/png", "data": data});
    talk.ben_sends(message).await;
    let told = talk.told("incomingMessageReceived").await;
    talk.phones.fault(gone).await;
    talk.phones.fault(json!({"mediaFault": null})).await;
    // A new connection tries again at once.
    talk.phones.fault(json!({"phone": crate::stage::ANN, "disconnect": true})).await;
    let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str().unwrap();
    let look = async || {
        let answer = crate::stage::http().get(url).send().await?;
        anyhow::ensure!(answer.status() == 200, "{}", answer.status());
        anyhow::ensure!(answer.bytes().await? == bytes);
        Ok(())
    };
    let patience = std::time::Duration::from_secs(120);
    siskin_testkit::eventually("the file", patience, look).await.unwrap();
}

#[tokio::test]
async fn files_are_not_fetched_from_private_places() {
    let talk = Talk::start().await;
    for url in ["file:///etc/passwd", "not an address"] {
        let (status, text) = refused(&talk, url).await;
        assert_eq!(status, 400, "{url}: {text}");
    }
    let urls = [
        "http://127.0.0.1:1/x.png",
        "http://[::1]/x.png",
        "http://10.0.0.1/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/x.png",
        "http://nobody.invalid/x.png",
    ];
    let answers = futures::future::join_all(urls.map(|url| no_answer(&talk, url))).await;
    assert!(answers.iter().all(|text| *text == answers[0]), "{answers:?}");
    assert_eq!(talk.api.get("getMessagesCount").await, json!({"count": 0}));
    let media = talk.stage.folder.path().join("media");
    let left: Vec<_> = walk(&media);
    assert_eq!(left, Vec::<std::path::PathBuf>::new(), "something was left on disk");
}

async fn refused(talk: &Talk, url: &str) -> (u16, String) {
    let body = json!({"chatId": ben(), "urlFile": url, "fileName": "x.png"});
    talk.api.refused("sendFileByUrl", body).await
}

/// What a caller is told of an address that cannot be had; neither the words nor the time may
/// say why.
async fn no_answer(talk: &Talk, url: &str) -> String {
    let begun = std::time::Instant::now();
    let (status, text) = refused(talk, url).await;
    assert_eq!(status, 400, "{url}: {text}");
    assert!(text.starts_with("bad request data: urlFile could not be reached"), "{text}");
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1), "{url} was told at once");
    text
}

#[tokio::test]
async fn a_closed_port_is_told_like_a_network_that_is_not_called() {
    let guarded = Talk::start().await;
    let open = Talk::configured(|config| config.fetch_targets = siskin::config::Targets::Any).await;
    let url = "http://127.0.0.1:1/x.png";
    assert_eq!(no_answer(&open, url).await, no_answer(&guarded, url).await);
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn a_file_of_a_server_nearby_goes_where_that_is_allowed() {
    let bytes = png(20, 20);
    let served = bytes.clone();
    let page = "<html><head><meta property='og:title' content='Shop'>\
                <meta property='og:description' content='Open'></head></html>";
    let app = axum::Router::new()
        .route("/dot.png", axum::routing::get(move || async move { served }))
        .route("/page", axum::routing::get(move || async move { axum::response::Html(page) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let talk = Talk::configured(|config| config.fetch_targets = siskin::config::Targets::Any).await;
    let body =
        json!({"chatId": ben(), "urlFile": format!("{base}/dot.png"), "fileName": "dot.png"});
    let id = talk.send("sendFileByUrl", body).await;
    assert_eq!(talk.ben_sees(&id).await["kind"], "image");
    assert_eq!(talk.phones.file(BEN, &id, &ann()).await, bytes);
    let text = format!("See {base}/page.");
    let body = json!({"chatId": ben(), "message": text, "linkPreview": true});
    let id = talk.send("sendMessage", body).await;
    let seen = talk.ben_sees(&id).await;
    assert_eq!((&seen["preview"]["title"], &seen["text"]), (&json!("Shop"), &json!(text)));
    let body = json!({"chatId": ben(), "message": text, "linkPreview": false});
    let id = talk.send("sendMessage", body).await;
    assert!(talk.ben_sees(&id).await.get("preview").is_none());
    let custom = json!({
        "chatId": ben(), "message": text,
        "customPreview": {
            "title": "Mine", "description": "Own words", "link": "https://own.example",
        },
    });
    let id = talk.send("sendMessage", custom).await;
    let told = talk.told("outgoingAPIMessageReceived").await;
    assert_eq!(talk.ben_sees(&id).await["preview"]["title"], "Mine", "{told}");
}
