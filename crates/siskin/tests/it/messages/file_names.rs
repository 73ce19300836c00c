//! Files go out under the names that their senders mean.

use axum::response::Html;
use axum::routing::get;
use serde_json::json;

use super::{Talk, ben};
use crate::stage::{BEN, http};

const PDF: &[u8] = b"%PDF-1.4\n%not much of a paper";
const BOUNDARY: &str = "----a-form-written-by-hand";

/// Sends a form as some client writes it: `disposition` is what it says of the file.
async fn upload(talk: &Talk, disposition: &[u8], bytes: &[u8]) -> String {
    let chat = ben();
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"chatId\"\r\n\r\n{chat}\r\n\
         --{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; "
    );
    let tail = format!("\r\n--{BOUNDARY}--\r\n");
    let body = [head.as_bytes(), disposition, b"\r\n\r\n", bytes, tail.as_bytes()].concat();
    let request = http().post(talk.api.url("sendFileByUpload"));
    let request =
        request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}"));
    let answer = request.body(body).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", String::from_utf8_lossy(disposition));
    let answer: serde_json::Value = answer.json().await.unwrap();
    answer["idMessage"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_name_arrives_however_a_client_writes_it() {
    let talk = Talk::start().await;
    for (disposition, name) in [
        (&b"filename=\"Price \x25list\x25.pdf\""[..], "Price %list%.pdf"),
        (b"filename=\"The %22new%22 list.pdf\"", "The \"new\" list.pdf"),
        ("filename=\"Año.pdf\"".as_bytes(), "Año.pdf"),
        (b"filename=\"A\xf1o.pdf\"", "Año.pdf"),
        (b"filename=\"=?utf-8?B?QcOxby5wZGY=?=\"", "Año.pdf"),
        (b"filename=\"=?UTF-8?Q?A=C3=B1o_1.pdf?=\"", "Año 1.pdf"),
        (b"filename=\"a.pdf\"; filename*=utf-8''A%C3%B1o.pdf", "Año.pdf"),
        (b"filename*=iso-8859-1''A%F1o.pdf", "Año.pdf"),
        (b"filename=\"C:\\papers\\a.pdf\"", "a.pdf"),
        (b"filename=\"..\\..\\a\xe2\x80\xae.pdf\"", "a.pdf"),
    ] {
        let id = upload(&talk, disposition, PDF).await;
        let seen = talk.ben_sees(&id).await;
        assert_eq!((&seen["kind"], &seen["fileName"]), (&json!("document"), &json!(name)));
    }
}

#[tokio::test]
async fn what_follows_the_last_dot_is_an_extension_only_if_it_is_known() {
    let talk = Talk::start().await;
    for (name, sent) in [
        ("Invoice No. 12", "Invoice No. 12.pdf"),
        ("Offer v1.2", "Offer v1.2.pdf"),
        ("Letter to Dr. Smith", "Letter to Dr. Smith.pdf"),
        ("Paper", "Paper.pdf"),
        ("Paper.pdf", "Paper.pdf"),
        ("Paper.PDF", "Paper.PDF"),
    ] {
        let chat = ben();
        let fields = [("chatId", chat.as_str()), ("fileName", name)];
        let answer = talk.api.upload(&fields, "upload.tmp", PDF.to_vec()).await;
        let seen = talk.ben_sees(answer["idMessage"].as_str().unwrap()).await;
        assert_eq!(
            (&seen["fileName"], &seen["mimeType"]),
            (&json!(sent), &json!("application/pdf"))
        );
    }
}

#[tokio::test]
async fn a_page_does_not_go_out_as_a_paper() {
    let page = "<!DOCTYPE html><title>Sign in</title>";
    let app = axum::Router::new()
        .route("/paper.pdf", get(move || async move { Html(page) }))
        .route("/soft404.pdf", get(|| async { Html("Not found") }))
        .route("/error.pdf", get(|| async { "<?xml version=\"1.0\"?><Error/>" }))
        .route("/page.html", get(move || async move { Html(page) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, app).await });
    let talk = Talk::configured(|config| config.fetch_targets = siskin::config::Targets::Any).await;
    for path in ["paper.pdf", "soft404.pdf", "error.pdf"] {
        let body =
            json!({"chatId": ben(), "urlFile": format!("{base}/{path}"), "fileName": "paper.pdf"});
        let (status, text) = talk.api.refused("sendFileByUrl", body).await;
        assert!(status == 400 && text.contains("answers with a page (text/"), "{path}: {text}");
    }
    assert_eq!(talk.api.get("getMessagesCount").await, json!({"count": 0}));
    let url = format!("{base}/page.html");
    let body = json!({"chatId": ben(), "urlFile": url, "fileName": "page.html"});
    let id = talk.send("sendFileByUrl", body).await;
    assert_eq!(talk.ben_sees(&id).await["fileName"], "page.html");
    // A caller's own page keeps going, and says what it is.
    let chat = ben();
    let answer = talk.api.upload(&[("chatId", &chat)], "paper.pdf", page.into()).await;
    let seen = talk.phone_sees(BEN, answer["idMessage"].as_str().unwrap()).await;
    let expected = (&json!("paper.pdf.html"), &json!("text/html"));
    assert_eq!((&seen["fileName"], &seen["mimeType"]), expected);
}
