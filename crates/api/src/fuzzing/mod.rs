//! What has to hold whatever comes as a body: the target `json_body` of `fuzz/`, and the tests
//! that try any JSON.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod known;

use axum::body::Body;
use http::Method as Verb;
use siskin_model::MessageId;
use tokio::runtime::Runtime;

use crate::methods::{self, METHODS, Method, Section, Surface};
use crate::testing::{Answered, Api, TestInstance};

thread_local! {
    static GATEWAY: (Runtime, Api) = {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let api = runtime.block_on(Api::new());
        (runtime, api)
    };
}

/// Sends a body to every method that takes one: to an instance that is linked and knows some
/// messages, and to one whose messages wait.
///
/// # Panics
/// When a method answers what clients do not know, or the queue lacks what was accepted: that
/// is a finding.
pub fn json_body(body: &[u8]) {
    statuses(body);
}

/// The same; what each method answered.
pub(crate) fn statuses(body: &[u8]) -> Vec<(&'static str, u16)> {
    GATEWAY.with(|(runtime, api)| runtime.block_on(try_all(api, body)))
}

async fn try_all(api: &Api, body: &[u8]) -> Vec<(&'static str, u16)> {
    let mut statuses = vec![try_unlinked(api, body).await];
    let instance = api.instance().await;
    let session = instance.linked().await;
    known::receive(&session).await;
    for method in posts(Surface::Instance) {
        statuses.push((method.name(), answered(&instance, method, body).await.status));
    }
    assert_eq!(instance.get("logout").await.status, 200);
    for method in posts(Surface::Instance).filter(|method| sends(method)) {
        accepted_or_not(&instance, method, body).await;
    }
    let queue = instance.get("showMessagesQueue").await;
    assert!(queue.json().is_array(), "{}", queue.text());
    for method in posts(Surface::Partner) {
        let path = format!("/partner/{}/{}", method.name(), crate::testing::PARTNER);
        let request = http::Request::post(path).body(Body::from(body.to_vec())).unwrap();
        let answer = api.request(request).await;
        is_known(&answer, method);
        statuses.push((method.name(), answer.status));
    }
    for instance in api.fleet.list() {
        api.fleet.delete(instance.id()).await.unwrap();
    }
    statuses
}

/// A code to link with is to be had only by who is not linked.
async fn try_unlinked(api: &Api, body: &[u8]) -> (&'static str, u16) {
    const METHOD: &str = "getAuthorizationCode";
    let instance = api.instance().await;
    let method = methods::find(Surface::Instance, METHOD).expect("it is in the table");
    let status = answered(&instance, method, body).await.status;
    if status == 200 {
        let session = api.engine.opened().await;
        assert_eq!(session.instance, instance.id);
    }
    (METHOD, status)
}

fn posts(surface: Surface) -> impl Iterator<Item = &'static Method> {
    METHODS.iter().filter(move |method| method.verb == Verb::POST && method.surface() == surface)
}

/// Whether what a method accepts goes into the queue.
fn sends(method: &Method) -> bool {
    let changes = ["deleteMessage", "editMessage"];
    let is_sending = method.section == Section::Sending && method.name() != "uploadFile";
    is_sending || changes.contains(&method.name())
}

async fn answered(instance: &TestInstance<'_>, method: &Method, body: &[u8]) -> Answered {
    if method.name() == "sendFileByUrl" && known::leads_outside(instance, body).await {
        return Answered { status: 400, headers: http::HeaderMap::new(), body: "".into() };
    }
    let is_form = method.name() == "sendFileByUpload";
    let answer = instance.raw(method.name(), &[], Body::from(body.to_vec()), is_form).await;
    is_known(&answer, method);
    answer
}

/// A 200, with JSON if with anything; a refusal that says why.
fn is_known(answer: &Answered, method: &Method) {
    let text = answer.text();
    let known = match answer.status {
        200 => text.is_empty() || serde_json::from_str::<serde_json::Value>(&text).is_ok(),
        400 => !text.is_empty(),
        500 => text == "request entity too large",
        _ => false,
    };
    assert!(known, "{}: {} {text}", method.name(), answer.status);
}

/// What is accepted is in the queue, and nothing else is.
async fn accepted_or_not(instance: &TestInstance<'_>, method: &Method, body: &[u8]) {
    let before = waiting(instance).await;
    let answer = answered(instance, method, body).await;
    let after = waiting(instance).await;
    let (name, text) = (method.name(), answer.text());
    assert_eq!(after[..before.len()], before, "{name}: {text}");
    let new = &after[before.len()..];
    if answer.status != 200 {
        assert_eq!(new, [], "{name}: {} {text}", answer.status);
    } else if text.is_empty() {
        assert_eq!(new.len(), 1, "{name}");
    } else {
        let answer = answer.json();
        let one = std::slice::from_ref(&answer["idMessage"]);
        let ids = answer["messages"].as_array().map_or(one, Vec::as_slice);
        let ids = ids.iter().map(|id| MessageId::from_text(id.as_str().unwrap()));
        assert_eq!(new, ids.collect::<Vec<_>>(), "{name}: {text}");
        assert!(!new.is_empty(), "{name}: {text}");
    }
}

async fn waiting(instance: &TestInstance<'_>) -> Vec<MessageId> {
    instance.waiting().await.into_iter().map(|outgoing| outgoing.id).collect()
}
