#![allow(clippy::unwrap_used, clippy::panic)]

use axum::Router;
use axum::body::Body;
use axum::response::{IntoResponse as _, Redirect};
use axum::routing::get;
use serde_json::json;
use siskin_model::message::{Command, FileKind};
use siskin_outbound::Policy;

use crate::RateLimits;
use crate::testing::forms::{png, zeros};
use crate::testing::{Answered, Api, BOB, TestInstance, validation};

const METHOD: &str = "sendFileByUrl";
const NO_ANSWER: &str = "bad request data: urlFile could not be reached: it has to be on the \
                         public internet and to answer; the log of the gateway says more";

/// A gateway that may fetch from this machine.
async fn api() -> Api {
    Api::with_outbound(RateLimits::Off, Policy::AnyIncludingPrivate).await
}

/// A server with files; its address.
async fn server() -> String {
    let head = |size: usize| [("content-length", size.to_string())];
    let router = Router::new()
        .route("/red.png", get(|| async { png() }))
        .route("/moved", get(|| async { Redirect::temporary("/red.png") }))
        .route("/empty", get(|| async { "" }))
        .route("/sign-in", get(|| async { "<!doctype html><title>Sign in</title>" }))
        .route(
            "/large",
            get(move || async move {
                (head(157_286_400), Body::from_stream(zeros(157_286_400))).into_response()
            }),
        )
        .route("/endless", get(|| async { Body::from_stream(zeros(usize::MAX)) }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

async fn send(instance: &TestInstance<'_>, url: &str) -> Answered {
    let body = json!({"chatId": BOB, "urlFile": url, "fileName": "red.png", "caption": "Red"});
    instance.post(METHOD, &body).await
}

#[tokio::test]
async fn a_file_is_fetched_and_sent() {
    let (api, server) = (api().await, server().await);
    for path in ["red.png", "moved"] {
        let instance = api.instance().await;
        let url = format!("{server}/{path}");
        assert_eq!(send(&instance, &url).await.status, 200);
        let waiting = instance.waiting().await.remove(0);
        let Command::File(file) = waiting.command else { panic!("{waiting:?}") };
        assert_eq!((file.kind, file.dimensions), (FileKind::Image, Some((4, 3))));
        assert_eq!((file.name.as_str(), file.caption.as_str()), ("red.png", "Red"));
        assert_eq!(waiting.request["urlFile"], url);
        assert_eq!(instance.files_on_disk(), [file.file.expose()]);
    }
}

#[tokio::test]
async fn what_cannot_be_had_is_refused_with_the_reason_and_leaves_nothing() {
    let (api, server) = (api().await, server().await);
    let instance = api.instance().await;
    for (path, reason) in [
        ("nothing", "answered with status 404"),
        ("empty", "the file at urlFile is empty"),
        ("sign-in", "the server at urlFile answers with a page (text/html)"),
    ] {
        let answer = send(&instance, &format!("{server}/{path}")).await;
        let text = answer.text();
        assert!(text.starts_with("bad request data: ") && text.ends_with(reason), "{text}");
        assert_eq!(answer.status, 400);
    }
    // Where nobody listens it is told as where nobody may go, and not sooner.
    let begun = tokio::time::Instant::now();
    let answer = send(&instance, "http://127.0.0.1:9/a.png").await;
    assert_eq!((answer.status, answer.text()), (400, NO_ANSWER.into()));
    assert!(begun.elapsed() >= std::time::Duration::from_secs(1));
    instance.nothing_waits().await;
    assert_eq!(instance.files_on_disk(), Vec::<String>::new());
}

#[tokio::test]
async fn too_large_a_file_is_refused_in_the_vendors_words() {
    let (api, server) = (api().await, server().await);
    let instance = api.instance().await;
    for (path, size) in [("large", "150"), ("endless", "101")] {
        let url = format!("{server}/{path}");
        let answer = send(&instance, &url).await;
        let text = format!(
            "File from url exceeded max upload size. Size: {size}mb Limit: 100mb Url: {url}"
        );
        assert_eq!((answer.status, answer.text()), (500, text));
    }
    instance.nothing_waits().await;
    assert_eq!(instance.files_on_disk(), Vec::<String>::new());
}

#[tokio::test]
async fn this_machine_is_not_called_unless_the_operator_allows_it() {
    let (api, server) = (Api::new().await, server().await);
    let instance = api.instance().await;
    let answer = send(&instance, &format!("{server}/red.png")).await;
    assert_eq!((answer.status, answer.text()), (400, NO_ANSWER.into()));
    instance.nothing_waits().await;
    assert_eq!(instance.files_on_disk(), Vec::<String>::new());
}

#[tokio::test]
async fn a_file_of_the_gateway_is_copied_without_a_call() {
    let api = Api::new().await;
    let (one, other) = (api.instance().await, api.instance().await);
    let uploaded = one.raw("uploadFile", &[("GA-Filename", "a.png")], png().into(), false).await;
    let url = uploaded.json()["urlFile"].as_str().unwrap().to_owned();
    assert_eq!(send(&other, &url).await.status, 200);
    assert_eq!(other.files_on_disk().len(), 1);
    let waiting = other.waiting().await.remove(0);
    let Command::File(file) = waiting.command else { panic!("{waiting:?}") };
    assert_eq!((file.name.as_str(), file.kind), ("red.png", FileKind::Image));
    let gone =
        url.replace("/a.png", "").replace(&url[url.len() - 20..url.len() - 6], &"0".repeat(14));
    let answer = send(&other, &format!("{gone}/a.png")).await;
    assert_eq!(
        (answer.status, answer.text()),
        (400, "bad request data: the file at urlFile is gone".into())
    );
}

#[tokio::test]
async fn bad_requests_are_refused_before_anything_is_fetched() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for (body, detail) in [
        (json!({}), "'chatId' is required, 'urlFile' is required, 'fileName' is required"),
        (
            json!({"chatId": BOB, "urlFile": "shop.example/a.png", "fileName": "a.png"}),
            "'urlFile' must be a valid uri",
        ),
        (
            json!({"chatId": BOB, "urlFile": "ftp://shop.example/a.png", "fileName": ""}),
            "'urlFile' must be a valid uri, 'fileName' is not allowed to be empty",
        ),
        (
            json!({"chatId": BOB, "urlFile": "https://shop.example/a.png", "fileName": "a.png",
                "quotedMessageId": "BAE5000000000001"}),
            "'quotedMessageId' must be the id of a known message of the chat",
        ),
    ] {
        validation(&instance.post(METHOD, &body).await, detail);
    }
}
