//! What a chat partner says of its file is neither a header of ours nor a path of the owner's.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

use super::{Talk, ann, ben};
use crate::stage::{BEN, http};

const PAGE: &[u8] = b"<!DOCTYPE html><script>fetch('/console')</script>";

/// Ben's phone sends a page as a document; what the owner is told of the file.
async fn page_comes(talk: &Talk, mime_type: &str, name: &str) -> (String, Value) {
    let id = talk
        .ben_sends(json!({
            "kind": "document", "mimeType": mime_type, "fileName": name,
            "data": BASE64_STANDARD.encode(PAGE),
        }))
        .await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    (id, told["messageData"]["fileMessageData"].clone())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
}

/// Whether no browser makes a page of this server's out of it.
fn is_no_page(headers: &HeaderMap) -> bool {
    let kind = text(headers, "content-type");
    let policy = text(headers, "content-security-policy");
    let is_shown = !text(headers, "content-disposition").starts_with("attachment");
    let is_sealed = policy.starts_with("sandbox;") && policy.contains("default-src 'none'");
    let is_one_type = headers.get_all("content-type").iter().count() == 1 && !kind.contains(',');
    let is_picture = ["image/png", "image/jpeg", "image/gif", "image/webp"].contains(&kind);
    let is_kept = text(headers, "x-content-type-options") == "nosniff";
    is_one_type && is_sealed && is_kept && (is_picture || !is_shown)
}

#[tokio::test]
async fn no_type_makes_a_page_of_a_file() {
    let talk = Talk::start().await;
    for (mime_type, told) in [
        ("text/html, image/png", "application/octet-stream"),
        ("image/png, text/html", "application/octet-stream"),
        ("image/png;,text/html", "image/png"),
        ("image/png\r\ncontent-type: text/html", "application/octet-stream"),
        ("text/html", "text/html"),
        ("TEXT/HTML; charset=utf-7", "text/html"),
        ("image/svg+xml", "image/svg+xml"),
        ("application/xhtml+xml", "application/xhtml+xml"),
        ("multipart/x-mixed-replace; boundary=x", "multipart/x-mixed-replace"),
        ("*/*", "application/octet-stream"),
        ("image", "application/octet-stream"),
        ("", "application/octet-stream"),
    ] {
        let (id, file) = page_comes(&talk, mime_type, "a.png").await;
        assert_eq!(file["mimeType"], told, "{mime_type}");
        let url = file["downloadUrl"].as_str().unwrap();
        let (headers, bytes) = talk.api.download(url).await;
        assert_eq!((text(&headers, "content-type"), bytes.as_slice()), (told, PAGE));
        assert!(is_no_page(&headers), "{mime_type}: {headers:?}");
        let policy = text(&headers, "content-security-policy");
        for rule in ["form-action 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        // In the sandbox the phones answer at the same origin.
        let base = &talk.phones.base;
        let url = format!("{base}/sandbox/phones/{BEN}/messages/{id}/file?chatId={}", ann());
        let answer = http().get(url).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{mime_type}");
        assert!(is_no_page(answer.headers()), "{mime_type}: {:?}", answer.headers());
    }
}

#[tokio::test]
async fn a_name_is_what_it_looks_like_and_leads_nowhere() {
    let talk = Talk::start().await;
    for (name, told) in [
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
        ("\u{2066}a\u{2069}.pdf", "a.pdf"),
        ("../../.ssh/authorized_keys", "authorized_keys"),
        (r"..\..\Startup\run.bat", "run.bat"),
        (".bashrc", "bashrc"),
        ("a\r\nb: c\0.txt", "ab_ c.txt"),
        ("NUL.txt", "_NUL.txt"),
    ] {
        let (id, file) = page_comes(&talk, "application/pdf", name).await;
        assert_eq!(file["fileName"], told, "{name}");
        let url = file["downloadUrl"].as_str().unwrap();
        let in_address = told.replace(' ', "_");
        assert_eq!(url.rsplit('/').next(), Some(in_address.as_str()));
        let (headers, _) = talk.api.download(url).await;
        let disposition = text(&headers, "content-disposition");
        assert!(disposition.ends_with(&told.replace(' ', "%20")), "{disposition}");
        // The journal, and what others get of it.
        let row = talk.api.post("getMessage", json!({"chatId": ben(), "idMessage": id})).await;
        assert_eq!(row["fileName"], told);
        let body = json!({"chatId": ben(), "chatIdFrom": ben(), "messages": [id]});
        let answer = talk.api.post("forwardMessages", body).await;
        let seen = talk.ben_sees(answer["messages"][0].as_str().unwrap()).await;
        assert_eq!((&seen["fileName"], &seen["title"]), (&json!(told), &json!(told)));
    }
    // One that has nothing else in it is called by its message.
    let (id, file) = page_comes(&talk, "application/pdf", "../\u{202e}..").await;
    assert_eq!(file["fileName"], format!("{id}.pdf"));
}
