//! Who is let in: by which name, from which site, after how many wrong tokens; and where the
//! program listens.

use std::process::Command;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::processes::{Process, binary, run};
use crate::stage::{ANN, Stage, http};

/// A gateway of its own, listening there.
fn listening(at: &str, folder: &std::path::Path) -> Command {
    let mut command = Command::new(binary());
    command.args(["sandbox", "--json", "--listen", at]).arg("--data-dir").arg(folder);
    command
}

#[tokio::test]
async fn the_sandbox_does_not_offer_its_phones_to_other_machines() {
    for at in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let folder = tempfile::tempdir().unwrap();
        let output = listening(at, folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "it listened on {at}");
        assert!(said.contains("only listens on loopback") && said.contains("hint:"), "{said}");
        assert!(!folder.path().join("siskin.db").exists());
    }
}

#[tokio::test]
async fn a_port_alone_or_localhost_is_listened_on_here() {
    for at in ["0", ":0", "localhost:0"] {
        let folder = tempfile::tempdir().unwrap();
        let gateway = Process::of(&mut listening(at, folder.path()));
        assert!(gateway.text("apiUrl").starts_with("http://127.0.0.1:"), "{at}");
        assert_eq!(gateway.api().state().await, "notAuthorized");
    }
    let folder = tempfile::tempdir().unwrap();
    let output = listening("gateway.example:80", folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("0.0.0.0:8080"), "{said}");
}

#[tokio::test]
async fn doctor_tells_how_many_files_may_be_open() {
    let folder = tempfile::tempdir().unwrap();
    let (_, said) = run(&["doctor"], folder.path());
    assert!(said.contains("open files: ") && said.contains("connections of clients"), "{said}");
}

#[tokio::test]
async fn under_a_name_of_another_site_nothing_is_told_that_needs_no_token() {
    let stage = Stage::start().await;
    let api = stage.api();
    for path in ["/sandbox/phones", "/metrics", "/docs", "/openapi.json", "/console/sign-in"] {
        let url = format!("{}{path}", api.base);
        let led_here = http().get(&url).header("host", "evil.test:8080").send().await.unwrap();
        assert_eq!(led_here.status(), StatusCode::MISDIRECTED_REQUEST, "{path}");
        let said = led_here.text().await.unwrap();
        assert!(said.contains("evil.test") && said.contains("SISKIN_HOSTS"), "{said}");
        let port = api.base.rsplit(':').next().unwrap();
        let by_name = http().get(&url).header("host", format!("localhost:{port}")).send();
        assert_eq!(by_name.await.unwrap().status(), 200, "{path}");
    }
    for url in [api.url("getStateInstance"), format!("{}/readyz", api.base)] {
        let answer = http().get(url).header("host", "gateway.internal").send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
}

#[tokio::test]
async fn a_page_of_another_site_does_not_move_the_phones() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    api.link(&phones, ANN).await;
    let unlink = format!("{}/sandbox/phones/{ANN}/unlink", phones.base);
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("origin", "http://evil.test"),
        ("user-agent", "Mozilla/5.0 (an old browser, which names no origin)"),
    ] {
        let form = http().post(&unlink).header(name, value).body("{}").send().await.unwrap();
        assert_eq!(form.status(), 403, "{name}");
    }
    assert_eq!(phones.devices_of(ANN).await, 1);
}

#[tokio::test]
async fn wrong_tokens_are_counted_and_lock_nobody_else_out() {
    let stage = Stage::start().await;
    let gateway = stage.sandbox.gateway();
    let sign_in = async |token: &str, from: Option<&str>| {
        let request = http().post(format!("{}/console/sign-in", gateway.url()));
        let request = from.into_iter().fold(request, |it, from| it.header("x-forwarded-for", from));
        let kind = "application/x-www-form-urlencoded";
        let request = request.header("content-type", kind).body(format!("token={token}"));
        // The console that one is led to does not know a client without cookies.
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.url().path().to_owned())
    };
    for from in [Some("192.0.2.1"), None] {
        let guesses = (0..12).map(|_| sign_in("guess", from));
        futures::future::join_all(guesses).await;
    }
    let right = gateway.admin_token().expose();
    assert_eq!(sign_in(right, Some("192.0.2.1")).await.0, 429);
    for from in [Some("192.0.2.2"), None] {
        assert_eq!(sign_in(right, from).await.0, 200, "{from:?}");
    }
    let api = stage.api();
    let wrong = api.url("qr").replace(&api.token, "wrong");
    assert_eq!(http().get(wrong).send().await.unwrap().status(), 401);
    let metrics = http().get(format!("{}/metrics", api.base)).send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    for whose in ["console", "instance"] {
        let name = format!("siskin_wrong_tokens_total{{whose=\"{whose}\"}} ");
        assert!(metrics.contains(&name), "{metrics}");
    }
}

#[tokio::test]
async fn head_is_answered_as_get_without_the_body() {
    let stage = Stage::start().await;
    let api = stage.api();
    let file = api.upload_raw("text/plain", "a.txt", b"a text".to_vec()).await;
    let file = file["urlFile"].as_str().unwrap().to_owned();
    for url in [file, api.url("getStateInstance"), api.url("getSettings")] {
        let got = http().get(&url).send().await.unwrap();
        let (status, kind) = (got.status(), got.headers()["content-type"].clone());
        let length = got.bytes().await.unwrap().len().to_string();
        let mut socket = TcpStream::connect(api.base.trim_start_matches("http://")).await.unwrap();
        let path = url.strip_prefix(&api.base).unwrap();
        let request = format!("HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut head = String::new();
        socket.read_to_string(&mut head).await.unwrap();
        let head = head.to_ascii_lowercase();
        assert!(head.starts_with(&format!("http/1.1 {}", status.as_u16())), "{head}");
        assert!(head.contains(&format!("content-length: {length}\r\n")), "{head}");
        assert!(head.contains(kind.to_str().unwrap()) && head.ends_with("\r\n\r\n"), "{head}");
    }
}

#[tokio::test]
async fn a_browser_is_led_to_the_console_and_told_where_nothing_is() {
    let stage = Stage::start().await;
    let base = stage.api().base;
    let ask = async |path: &str, accept: &str| {
        let request = http().get(format!("{base}{path}")).header("accept", accept);
        let answer = request.header("accept-language", "es").send().await.unwrap();
        let (status, url) = (answer.status().as_u16(), answer.url().path().to_owned());
        (status, url, answer.text().await.unwrap())
    };
    let (status, path, page) = ask("/", "text/html").await;
    assert_eq!((status, path.as_str()), (200, "/console/sign-in"));
    assert!(page.contains("<!doctype html>"), "{page}");
    let (status, _, page) = ask("/no/such/page", "text/html").await;
    assert!(status == 404 && page.contains("lang=\"es\"") && page.contains("href=\"/console\""));
    let (status, _, said) = ask("/no/such/page", "application/json").await;
    assert_eq!((status, said.as_str()), (404, ""));
    let (status, _, _) = ask("/favicon.ico", "image/*").await;
    assert_eq!(status, 200);
}
