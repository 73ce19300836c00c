//! Whatever JSON comes to whatever method: there is an answer, and it is one of those that
//! clients know.
#![allow(clippy::unwrap_used)]

use http::Method as Verb;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::methods::{METHODS, Surface};
use crate::testing::{Api, BOB};

/// How many bodies are tried with each method.
const CASES: u32 = 100;
const MEMBERS: [&str; 24] = [
    "chatId",
    "chatIdFrom",
    "message",
    "messages",
    "idMessage",
    "quotedMessageId",
    "typingTime",
    "typingType",
    "linkPreview",
    "customPreview",
    "urlFile",
    "fileName",
    "caption",
    "options",
    "optionName",
    "contact",
    "phoneContact",
    "buttons",
    "buttonId",
    "templateButtons",
    "sections",
    "rows",
    "count",
    "phoneNumber",
];

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        (0..30_000_i64).prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        prop_oneof![
            Just(BOB),
            Just("120363000000000001@g.us"),
            Just("status@broadcast"),
            Just("BAE5000000000001"),
            Just("http://127.0.0.1:1/a.png"),
            Just("recording"),
        ]
        .prop_map(Value::from),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 64, 14, |inner| {
        let name = prop_oneof![
            8 => prop::sample::select(&MEMBERS[..]).prop_map(str::to_owned),
            1 => ".{0,10}",
        ];
        let object = prop::collection::vec((name, inner.clone()), 0..12)
            .prop_map(|members| Value::Object(members.into_iter().collect()));
        prop_oneof![prop::collection::vec(inner, 0..14).prop_map(Value::from), object]
    })
}

#[test]
fn any_json_is_answered_by_every_method() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let api = runtime.block_on(Api::new());
    let instance = runtime.block_on(api.instance());
    let _session = runtime.block_on(instance.linked());
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(CASES) });
    let tried = runner.run(&json(), |body| {
        for method in METHODS.iter().filter(|method| method.verb == Verb::POST) {
            let answer = runtime.block_on(async {
                match method.surface() {
                    Surface::Instance => instance.post(method.name(), &body).await,
                    Surface::Partner => api.partner("POST", method.name(), &body).await,
                }
            });
            let text = answer.text();
            let known = match answer.status {
                200 => true,
                400 => !text.is_empty(),
                500 => text == "request entity too large",
                _ => false,
            };
            prop_assert!(known, "{}: {} {text} for {body}", method.name(), answer.status);
        }
        Ok(())
    });
    tried.unwrap();
}
