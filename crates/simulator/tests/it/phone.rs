//! Phones through their HTTP API.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use siskin_simulator::phone_api;
use tower::ServiceExt as _;

use crate::network::Network;

impl Network {
    /// One call of the phone API.
    pub async fn call(&self, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let request = Request::builder().method(method).uri(path).body(Body::from(body)).unwrap();
        let response = phone_api(self.sim.clone()).oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// A call about one phone that must succeed.
    pub async fn tell(&self, phone: &str, call: &str, body: Value) -> Value {
        let path = format!("/sandbox/phones/{phone}/{call}");
        let (status, answer) = self.call("POST", &path, body.clone()).await;
        assert_eq!(status, StatusCode::OK, "{path} {body}: {answer}");
        answer
    }

    /// What a phone answers to a question.
    pub async fn ask(&self, phone: &str, question: &str) -> Value {
        let path = format!("/sandbox/phones/{phone}/{question}");
        let (status, answer) = self.call("GET", &path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        answer
    }

    /// A phone sends a message to somebody; gives its id.
    pub async fn phone_sends(&self, phone: &str, chat: &str, mut message: Value) -> String {
        message["chatId"] = json!(chat);
        let answer = self.tell(phone, "messages", message).await;
        answer["id"].as_str().unwrap().to_owned()
    }

    /// Waits until a phone holds the message `id`; gives it.
    pub async fn phone_holds(&self, phone: &str, id: &str) -> Value {
        self.phone_holds_with(phone, id, "").await
    }

    /// Waits until the message `id` of a phone has a status.
    pub async fn phone_holds_with(&self, phone: &str, id: &str, status: &str) -> Value {
        let status = if status.is_empty() { String::new() } else { format!("&status={status}") };
        let rows = self.ask(phone, &format!("messages?id={id}{status}&wait=30")).await;
        let shown = rows[0].clone();
        assert!(!shown.is_null(), "{phone} never held {id} {status}");
        shown
    }
}
