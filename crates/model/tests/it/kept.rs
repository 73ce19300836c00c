//! Messages are kept as JSON: what was kept by the first version is read, and written again as it
//! was. A kind that is new adds a line to the files in `tests/kept/`; a line that is there stays.

use serde::Serialize;
use serde::de::DeserializeOwned;
use siskin_model::Body;
use siskin_model::message::Outgoing;

fn stays<T: DeserializeOwned + Serialize>(line: &str) {
    let value: T = serde_json::from_str(line).unwrap();
    assert_eq!(serde_json::to_string(&value).unwrap(), line);
}

#[test]
fn messages_of_every_kind_are_kept_as_they_were() {
    include_str!("../kept/bodies.jsonl").lines().for_each(stays::<Body>);
}

#[test]
fn messages_that_wait_are_kept_as_they_were() {
    include_str!("../kept/outgoing.jsonl").lines().for_each(stays::<Outgoing>);
}
