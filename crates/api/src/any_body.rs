//! Whatever JSON comes to whatever method: there is an answer, and it is one of those that
//! clients know.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

use http::Method as Verb;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::fuzzing::{json_body, statuses};
use crate::methods::METHODS;
use crate::testing::BOB;

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
    let mut runner =
        TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(CASES) });
    let tried = runner.run(&json(), |body| {
        json_body(body.to_string().as_bytes());
        Ok(())
    });
    tried.unwrap();
}

/// The bodies that fuzzing starts from are named after the methods that take them; beside them
/// is what it once found.
#[test]
fn every_seed_is_answered_and_there_is_one_for_every_method() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/json_body");
    for file in std::fs::read_dir(&folder).unwrap() {
        let file = file.unwrap().path();
        println!("{}", file.display());
        json_body(&std::fs::read(file).unwrap());
    }
    for method in METHODS.iter().filter(|method| method.verb == Verb::POST) {
        let body = std::fs::read(folder.join(method.name()));
        let body = body.unwrap_or_else(|error| panic!("{}: {error}", method.name()));
        // The file is not fetched: its address is in the own network.
        let status = if method.name() == "sendFileByUrl" { 400 } else { 200 };
        let statuses = statuses(&body);
        assert!(statuses.contains(&(method.name(), status)), "{}: {statuses:?}", method.name());
    }
}
