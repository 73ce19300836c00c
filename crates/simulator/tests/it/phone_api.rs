//! The HTTP API that moves the phones.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use siskin_simulator::phone_api;
use tower::ServiceExt as _;

use crate::client::Client;
use crate::network::{ANN, Network};

async fn call(network: &Network, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
    let request =
        Request::builder().method(method).uri(path).body(Body::from(body.to_owned())).unwrap();
    let api = phone_api(network.sim.clone());
    let response = api.oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

#[tokio::test]
async fn phones_are_listed_as_the_contract_says() {
    let network = Network::start().await;

    let (status, phones) = call(&network, "GET", "/sandbox/phones", "").await;

    assert_eq!(status, StatusCode::OK);
    let names: Vec<_> = phones.as_array().unwrap().iter().map(|p| &p["name"]).collect();
    assert_eq!(names, ["Ann", "Ben", "Chloe"]);
    assert_eq!(phones[0]["phone"], ANN);
    assert_eq!(phones[0]["online"], true);
    assert_eq!(phones[0]["linkedDevices"], json!([]));
    assert!(phones[0]["lid"].as_str().unwrap().ends_with("@lid"));
}

#[tokio::test]
async fn a_device_is_linked_and_unlinked_over_http() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = json!({ "qr": client.qr().await }).to_string();

    let (status, scanned) =
        call(&network, "POST", &format!("/sandbox/phones/{ANN}/scan"), &qr).await;
    assert_eq!(status, StatusCode::OK, "{scanned}");
    client.connected().await;
    let (_, phones) = call(&network, "GET", "/sandbox/phones", "").await;
    assert_eq!(phones[0]["linkedDevices"][0]["jid"], scanned["jid"]);

    let (status, unlinked) =
        call(&network, "POST", &format!("/sandbox/phones/{ANN}/unlink"), "").await;
    assert_eq!((status, unlinked), (StatusCode::OK, json!({ "unlinked": 1 })));
    client.logged_out().await;
}

#[tokio::test]
async fn phones_are_created() {
    let network = Network::start().await;

    let (status, phone) = call(&network, "POST", "/sandbox/phones", "{}").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(phone["phone"], "15550100004");
    assert_eq!(phone["name"], "Dan");

    let body = r#"{"phone":"+44 20 7946 0018","name":"Zoe","business":true}"#;
    let (_, phone) = call(&network, "POST", "/sandbox/phones", body).await;
    assert_eq!(phone["phone"], "442079460018");
    assert_eq!(phone["name"], "Zoe");
}

#[tokio::test]
async fn phones_created_at_once_get_numbers_of_their_own() {
    let network = Network::start().await;
    let create = || async { call(&network, "POST", "/sandbox/phones", "{}").await.0 };

    let statuses = futures::future::join_all((0..20).map(|_| create())).await;

    assert!(statuses.iter().all(|status| *status == StatusCode::OK), "{statuses:?}");
    assert_eq!(network.sim.phones().await.len(), 23);
}

#[tokio::test]
async fn a_refused_call_says_why_and_what_to_do() {
    let network = Network::start().await;
    let ann = |call: &str| format!("/sandbox/phones/{ANN}/{call}");
    let cases = [
        (ann("scan"), r#"{"qr":"2@stale"}"#, 400),
        (ann("scan"), r#"{"qr":1}"#, 400),
        (ann("scan"), "{}", 400),
        (ann("scan"), "{", 400),
        (ann("scan"), r#"{"qr":"x","extra":1}"#, 400),
        (ann("pairing-code"), r#"{"code":"ABCD"}"#, 400),
        (ann("pairing-code"), "{}", 400),
        (ann("online"), r#"{"online":"yes"}"#, 400),
        (ann("unlink"), r#"{"jid":"nobody"}"#, 404),
        ("/sandbox/phones/15559999999/scan".into(), r#"{"qr":"x"}"#, 404),
        ("/sandbox/phones/ann/scan".into(), r#"{"qr":"x"}"#, 400),
        ("/sandbox/phones".into(), r#"{"phone":"123"}"#, 400),
        ("/sandbox/phones".into(), r#"{"phone":"15550100001"}"#, 409),
        ("/sandbox/phones".into(), r#"{"name":""}"#, 400),
        ("/sandbox/faults".into(), r#"{"ban":"temporary"}"#, 400),
        ("/sandbox/faults".into(), r#"{"phone":"15550100001","ban":"x"}"#, 400),
        ("/sandbox/faults".into(), r#"{"streamError":404}"#, 400),
        ("/sandbox/faults".into(), r#"{"weather":"rain"}"#, 400),
    ];
    for (path, body, expected) in cases {
        let (status, answer) = call(&network, "POST", &path, body).await;
        assert_eq!(status.as_u16(), expected, "{path} {body}: {answer}");
        for key in ["error", "hint"] {
            let text = answer[key].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{path} {body} has no {key}: {answer}");
        }
    }
    assert_eq!(network.sim.phones().await.len(), 3);
}

#[tokio::test]
async fn a_stale_code_is_explained() {
    let network = Network::start().await;
    let key = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let body = json!({ "qr": format!("2@gone,{key},{key},{key},1") }).to_string();

    let (status, answer) =
        call(&network, "POST", &format!("/sandbox/phones/{ANN}/scan"), &body).await;

    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["error"], "This code has expired or was already used.");
    assert_eq!(answer["hint"], "Request a new QR and scan it within 20 seconds.");
}

#[tokio::test]
async fn a_ban_is_told_from_no_change() {
    let network = Network::start().await;
    let fault = async |body: &str| call(&network, "POST", "/sandbox/faults", body).await.0;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;

    assert_eq!(fault(r#"{"phone":"15550100001","ban":"permanent"}"#).await, 200);
    assert_eq!(fault(r#"{"phone":"15550100001","passkey":false}"#).await, 200);
    assert!(network.sim.scan(ANN, &qr).await.is_err(), "the ban must stay");
    assert_eq!(fault(r#"{"phone":"15550100001","ban":null}"#).await, 200);
    network.sim.scan(ANN, &qr).await.unwrap();
}

#[tokio::test]
async fn pages_of_other_sites_are_kept_out() {
    let network = Network::start().await;
    let status = async |origin: &str| {
        let request = Request::builder()
            .uri("/sandbox/phones")
            .header("host", "127.0.0.1:8080")
            .header("origin", origin)
            .body(Body::empty())
            .unwrap();
        phone_api(network.sim.clone()).oneshot(request).await.unwrap().status()
    };
    assert_eq!(status("http://127.0.0.1:8080").await, StatusCode::OK);
    assert_eq!(status("https://example.com").await, StatusCode::FORBIDDEN);
    assert_eq!(status("null").await, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_network_describes_itself() {
    let network = Network::start().await;
    let _client = network.linked_client(ANN).await;
    network.sockets_settle_at(1).await;

    let (status, about) = call(&network, "GET", "/sandbox/network", "").await;

    assert_eq!(status, StatusCode::OK);
    assert_eq!(about["socketsOpen"], 1);
    assert_eq!(about["devicesLinked"], 1);
    assert_eq!(about["unknownStanzas"], json!({}));
    // Once to be linked, once to log in.
    assert_eq!(about["handshakes"]["full"], 2);
}
