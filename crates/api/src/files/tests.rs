#![allow(clippy::unwrap_used)]

use axum::extract::Request;
use siskin_model::FileState;

use super::*;
use crate::testing::{Answered, Api, BOB, TestInstance};

/// A stored file; the path to it.
async fn stored(instance: &TestInstance<'_>, name: &str, bytes: &'static [u8]) -> String {
    let answer = instance.raw("uploadFile", &[("GA-Filename", name)], bytes.into(), false).await;
    let url = answer.json()["urlFile"].as_str().unwrap().to_owned();
    url.strip_prefix("http://gateway.example").unwrap().to_owned()
}

async fn ask(api: &Api, verb: &str, path: &str, header: (&str, &str)) -> Answered {
    let request = Request::builder().method(verb).uri(path).header(header.0, header.1);
    api.request(request.body(Body::empty()).unwrap()).await
}

/// What the vendor's store says of a file that was stored now: it is kept for 15 days.
fn kept_until(api: &Api) -> String {
    let expires = api.fleet.clock().now().plus(std::time::Duration::from_secs(15 * 86_400));
    let date = jiff::Timestamp::from_millisecond(expires.0).unwrap();
    let date = jiff::fmt::rfc2822::DateTimePrinter::new().timestamp_to_rfc9110_string(&date);
    format!("expiry-date=\"{}\", rule-id=\"siskin\"", date.unwrap())
}

#[tokio::test]
async fn a_file_comes_with_what_keeps_browsers_safe() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for (name, bytes, kind, shown) in [
        ("a.pdf", &b"%PDF-1.7\n"[..], "application/pdf", "attachment"),
        ("a.xhtml", b"<html xmlns=''><a/>", "application/xhtml+xml", "attachment"),
        ("a.xml", b"<?xml version='1.0'?><a/>", "text/xml", "attachment"),
        ("a.bmp", b"BM\x1a\0\0\0\0\0\0\0\x1a\0\0\0\x0c\0\0\0", "image/bmp", "attachment"),
        ("a.txt", b"Hello", "text/plain", "attachment"),
        ("a.html", b"<html><script>1</script>", "text/html", "attachment"),
        ("a.svg", b"<?xml version='1.0'?><svg/>", "image/svg+xml", "attachment"),
        ("a.gif", b"GIF89a\x01\x00\x01\x00", "image/gif", "inline"),
    ] {
        let path = stored(&instance, name, bytes).await;
        let answer = api.call("GET", &path, "").await;
        assert_eq!((answer.status, &answer.body[..]), (200, bytes));
        assert_eq!(answer.header("content-type"), kind);
        let disposition = format!("{shown}; filename=\"{name}\"; filename*=UTF-8''{name}");
        assert_eq!(answer.header("content-disposition"), disposition);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        let policy = answer.header("content-security-policy");
        for rule in ["sandbox", "default-src", "form-action", "base-uri", "frame-ancestors"] {
            let is_there =
                |part: &str| part.trim() == rule || part.trim() == format!("{rule} 'none'");
            assert!(policy.split(';').any(is_there), "{rule}: {policy}");
        }
        assert!(answer.header("cache-control").starts_with("private"));
        assert_eq!(answer.header("accept-ranges"), "bytes");
        assert_eq!(answer.header("x-amz-expiration"), kept_until(&api));
        let head = api.call("HEAD", &path, "").await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(head.header("content-length"), bytes.len().to_string());
    }
}

#[tokio::test]
async fn what_a_chat_partner_calls_its_file_makes_no_page_of_it() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    for (claimed, kind, shown) in [
        ("text/html, image/png", "application/octet-stream", "attachment"),
        ("image/png, text/html", "application/octet-stream", "attachment"),
        ("image/png;,text/html", "image/png", "inline"),
        ("text/html", "text/html", "attachment"),
        ("Image/SVG+xml", "image/svg+xml", "attachment"),
        ("image/", "application/octet-stream", "attachment"),
        ("", "application/octet-stream", "attachment"),
        ("audio/ogg; codecs=opus", "audio/ogg; codecs=opus", "inline"),
    ] {
        let name = "\u{202e}gnp.\"a\u{2066}/..\\x.html";
        let id = instance.received_file(&session, BOB, name, claimed).await;
        let body = serde_json::json!({"chatId": BOB, "idMessage": id});
        let answer = instance.post("downloadFile", &body).await.json();
        let answer = api.file(answer["downloadUrl"].as_str().unwrap()).await;
        assert_eq!(answer.header("content-type"), kind, "{claimed}");
        let disposition = format!("{shown}; filename=\"x.html\"; filename*=UTF-8''x.html");
        assert_eq!(answer.header("content-disposition"), disposition);
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert!(answer.header("content-security-policy").starts_with("sandbox;"));
    }
}

#[tokio::test]
async fn names_are_told_in_every_alphabet() {
    let header = disposition("Año \"1\".pdf", true);
    let expected = "inline; filename=\"A_o _1_.pdf\"; filename*=UTF-8''A%C3%B1o%20%221%22.pdf";
    assert_eq!(header, expected);
}

#[tokio::test]
async fn parts_of_a_file_are_served() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let path = stored(&instance, "a.txt", b"0123456789").await;
    for (range, part, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=4-", "456789", "bytes 4-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
        ("bytes=0-0", "0", "bytes 0-0/10"),
    ] {
        let answer = ask(&api, "GET", &path, ("range", range)).await;
        assert_eq!((answer.status, answer.text().as_str()), (206, part), "{range}");
        assert_eq!(answer.header("content-range"), content_range);
    }
    let answer = ask(&api, "GET", &path, ("range", "bytes=0-1,4-5")).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "0123456789"));
    let answer = ask(&api, "GET", &path, ("range", "bytes=10-20")).await;
    assert_eq!((answer.status, answer.header("content-range")), (416, "bytes */10"));
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let path = stored(&instance, "a.txt", b"Hello").await;
    let token = path.split('/').nth(3).unwrap();
    let id = instance.id;
    for wrong in [
        path.replace(token, &"0".repeat(40)),
        path.replace(token, "..%2F..%2Fetc"),
        path.replace(&id.to_string(), "7103009999"),
        path.replace(&id.to_string(), "me"),
    ] {
        let answer = api.call("GET", &wrong, "").await;
        assert_eq!((answer.status, answer.text()), (404, "file not found".into()), "{wrong}");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
    // The name is for people.
    assert_eq!(api.call("GET", &path.replace("a.txt", "b.txt"), "").await.status, 200);
}

#[tokio::test]
async fn an_expired_or_lost_file_is_not_found() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let store = api.fleet.store();
    let (now, hour) = (api.fleet.clock().now(), std::time::Duration::from_secs(3600));
    for (state, expires) in
        [(FileState::Stored, now.minus(hour)), (FileState::Lost, now.plus(hour))]
    {
        let path = stored(&instance, "a.txt", b"Hello").await;
        let token = FileToken::parse(path.split('/').nth(3).unwrap()).unwrap();
        store.set_file_state(instance.id, &token, state, expires).await.unwrap();
        assert_eq!(api.call("GET", &path, "").await.status, 404, "{state:?}");
    }
    // Known, and not on the disk any more.
    let path = stored(&instance, "a.txt", b"Hello").await;
    let token = FileToken::parse(path.split('/').nth(3).unwrap()).unwrap();
    api.fleet.media().remove(instance.id, &token).await.unwrap();
    let answer = api.call("GET", &path, "").await;
    assert_eq!((answer.status, answer.text()), (404, "file not found".into()));
}

#[tokio::test(start_paused = true)]
async fn a_file_that_is_on_its_way_is_waited_for() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let path = stored(&instance, "a.txt", b"Hello").await;
    let token = FileToken::parse(path.split('/').nth(3).unwrap()).unwrap();
    let expires = api.fleet.clock().now().plus(std::time::Duration::from_secs(3600));
    let store = api.fleet.store();
    store.set_file_state(instance.id, &token, FileState::Pending, expires).await.unwrap();
    // It never comes; the wait is bounded.
    assert_eq!(api.call("GET", &path, "").await.status, 404);
}

#[tokio::test]
async fn browsers_may_ask_first() {
    let api = Api::new().await;
    let path = format!("/files/1/{}/a", "0".repeat(40));
    let answer = ask(&api, "OPTIONS", &path, ("access-control-request-headers", "range")).await;
    assert_eq!((answer.status, answer.header("access-control-allow-headers")), (204, "range"));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
}
