#![allow(clippy::unwrap_used)]

use std::io::Write as _;

use axum::body::Body;
use axum::extract::Request;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;
use siskin_model::WrongToken;
use tower::ServiceExt as _;

use crate::RateLimits;
use crate::testing::{Answered, Api, PARTNER};

/// Every answer can be read by a page of any origin; the status and the body are as given.
async fn refuses(api: &Api, verb: &str, path: &str, body: &str, status: u16, text: &str) {
    let answer = api.call(verb, path, body).await;
    assert_eq!((answer.status, answer.text().as_str()), (status, text), "{verb} {path}");
    assert_eq!(answer.header("access-control-allow-origin"), "*", "{verb} {path}");
}

#[tokio::test]
async fn the_checks_come_in_order_number_token_method_body() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let (id, token) = (instance.id, &instance.token);
    for (verb, path, status) in [
        ("GET", "/waInstance1/noMethod/wrong".to_owned(), 403),
        ("GET", "/waInstanceabc/getSettings/wrong".to_owned(), 403),
        ("GET", format!("/waInstance{id}/noMethod/wrong"), 401),
        ("POST", format!("/waInstance{id}/getSettings/{token}x"), 401),
        ("GET", format!("/waInstance{id}/noMethod/{token}"), 404),
        ("POST", format!("/waInstance{id}/getSettings/{token}"), 404),
        ("HEAD", format!("/waInstance{id}/setSettings/{token}"), 404),
        ("GET", format!("/waInstance{id}/getSettings/{token}/more"), 404),
        ("GET", format!("/waInstance{id}/createInstance/{token}"), 404),
        ("GET", format!("/partner/createInstance/{PARTNER}"), 404),
        ("GET", "/nothing".to_owned(), 404),
    ] {
        refuses(&api, verb, &path, "{broken", status, "").await;
    }
}

#[tokio::test]
async fn a_number_that_is_none_has_a_text_of_its_own_where_the_reference_has_one() {
    let api = Api::new().await;
    let text = "Parameter idInstance not an integer";
    refuses(&api, "DELETE", "/waInstanceabc/deleteNotification/t/1", "", 400, text).await;
}

#[tokio::test]
async fn broken_bodies_are_refused_in_the_words_of_javascript() {
    let api = Api::new().await;
    let path = api.instance().await.path("setSettings");
    let text = "Unexpected token } in JSON at position 22";
    refuses(&api, "POST", &path, r#"{"stateWebhook":"yes",}"#, 400, text).await;
    refuses(&api, "POST", &path, "{", 400, "Unexpected end of JSON input").await;
    let huge = json!({"webhookUrlToken": "x".repeat(200_000)}).to_string();
    refuses(&api, "POST", &path, &huge, 500, "request entity too large").await;
}

#[tokio::test]
async fn a_method_of_the_vendors_that_is_not_here_says_so_and_where_the_list_is() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let base = api.fleet.base_url();
    let text = format!("getAvatar is not in this version of Siskin; {base}/docs lists what is");
    for (verb, name) in [("POST", "getAvatar"), ("GET", "GetAvatar")] {
        let path = format!("/waInstance{}/{name}/{}", instance.id, instance.token);
        refuses(&api, verb, &path, "", 404, &text).await;
    }
    // Strangers learn nothing.
    refuses(&api, "POST", &format!("/waInstance{}/getAvatar/x", instance.id), "", 401, "").await;
    refuses(&api, "POST", &format!("/waInstance{}/getAvatar", instance.id), "", 401, "").await;
}

#[tokio::test]
async fn names_and_slashes_are_taken_loosely() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for path in [
        format!("//waInstance{}/GETSETTINGS/{}", instance.id, instance.token),
        format!("/waInstance{}//GetSettings/{}/", instance.id, instance.token),
        format!("///waInstance{}/getsettings//{}", instance.id, instance.token),
    ] {
        assert_eq!(api.call("GET", &path, "").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_preflight_is_answered_whatever_it_is_for() {
    let api = Api::new().await;
    for path in ["/waInstance1/setSettings/x", "/partner/createInstance/x", "/nothing"] {
        let request = Request::options(path)
            .header("origin", "https://page.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type");
        let answer = api.request(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.body.len()), (204, 0));
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-headers"), "content-type");
        assert!(answer.header("access-control-allow-methods").contains("DELETE"));
    }
}

#[tokio::test]
async fn the_call_above_the_rate_is_refused_with_nothing() {
    let api = Api::with(RateLimits::Vendor).await;
    let instance = api.instance().await;
    assert_eq!(instance.get("getStateInstance").await.status, 200);
    let refused = instance.get("GetStateInstance").await;
    assert_eq!((refused.status, refused.body.len()), (429, 0));
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    // A wrong token is told before the rate, and costs the owner none of it.
    let path = format!("/waInstance{}/getStatusInstance/wrong", instance.id);
    for _ in 0..5 {
        assert_eq!(api.call("GET", &path, "").await.status, 401);
    }
    assert_eq!(instance.get("getStatusInstance").await.status, 200);
}

#[tokio::test]
async fn two_segments_are_passed_to_the_page() {
    let api = Api::new().await;
    let answer = api.call("GET", "/waInstance7103000001/token", "").await;
    assert_eq!(answer.text(), "the page at /waInstance7103000001/token");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(api.call("POST", "/waInstance7103000001/token", "").await.status, 404);
}

#[tokio::test]
async fn where_nothing_is_browsers_see_a_page_and_programs_the_vendors_answer() {
    let api = Api::new().await;
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    for path in ["/", "/nothing", "/waInstance1", "/a/b/c/d/e/f"] {
        let ask = async |verb: &str, accept: &str| {
            let request = Request::builder().method(verb).uri(path).header("accept", accept);
            api.request(request.body(Body::empty()).unwrap()).await
        };
        assert_eq!(ask("GET", browser).await.text(), format!("the page at {path}"));
        for (verb, accept) in [("GET", "*/*"), ("GET", "application/json"), ("POST", browser)] {
            let answer = ask(verb, accept).await;
            assert_eq!((answer.status, answer.body.len()), (404, 0), "{verb} {path} {accept}");
        }
    }
    let request = Request::get("/waInstance1/noMethod/t").header("accept", browser);
    assert_eq!(api.request(request.body(Body::empty()).unwrap()).await.status, 403);
}

#[tokio::test]
async fn head_is_handled_as_get() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let (id, token) = (instance.id, &instance.token);
    for (path, status) in [
        (format!("/waInstance{id}/getStateInstance/{token}"), 200),
        (format!("/waInstance{id}/getStateInstance/wrong"), 401),
        (format!("/waInstance{id}/deleteNotification/{token}/1"), 404),
        (format!("/partner/getInstances/{PARTNER}"), 200),
    ] {
        assert_eq!(api.call("HEAD", &path, "").await.status, status, "{path}");
    }
}

#[tokio::test]
async fn wrong_tokens_are_marked_for_whoever_counts_them() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for (path, mark) in [
        (format!("/waInstance{}/qr/wrong", instance.id), Some(WrongToken::Instance)),
        (format!("/waInstance{}/qr/{}", instance.id, instance.token), None),
        ("/partner/getInstances/wrong".to_owned(), Some(WrongToken::Partner)),
    ] {
        let request = Request::get(&path).body(Body::empty()).unwrap();
        let response = api.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.extensions().get().copied(), mark, "{path}");
    }
}

/// A body in gzip's form, sent as JSON.
async fn packed(api: &Api, path: &str, encoding: &str, body: &[u8]) -> Answered {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(body).unwrap();
    let request = Request::post(path).header("content-encoding", encoding);
    api.request(request.body(Body::from(packer.finish().unwrap())).unwrap()).await
}

#[tokio::test]
async fn a_packed_body_is_read_and_bounded_by_what_comes_out_of_it() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let path = instance.path("setSettings");
    let settings = br#"{"webhookUrlToken": "packed"}"#;
    assert_eq!(packed(&api, &path, "gzip", settings).await.status, 200);
    assert_eq!(instance.get("getSettings").await.json()["webhookUrlToken"], "packed");
    let bomb = packed(&api, &path, "gzip", &vec![b' '; 50_000_000]).await;
    assert_eq!((bomb.status, bomb.text().as_str()), (500, "request entity too large"));
    let path = instance.path("uploadFile");
    let url = packed(&api, &path, "gzip", b"a text in a file").await.json()["urlFile"].clone();
    assert_eq!(api.file(url.as_str().unwrap()).await.body, "a text in a file");
    assert_eq!(packed(&api, &path, "zip", b"x").await.status, 415);
    let broken = Request::post(instance.path("setSettings")).header("content-encoding", "gzip");
    let broken = api.request(broken.body(Body::from("{}")).unwrap()).await;
    assert_eq!((broken.status, broken.text().as_str()), (400, "bad request data"));
}

#[tokio::test]
async fn the_descriptions_are_served() {
    let api = Api::new().await;
    assert_eq!(api.call("GET", "/openapi.json", "").await.json()["openapi"], "3.1.0");
    for path in ["/docs", "/docs.css"] {
        assert_eq!(api.call("GET", path, "").await.status, 200);
    }
}
