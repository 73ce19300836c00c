//! The messages that fuzzing starts from, and those that it once found.

use std::path::Path;

use waproto::codec::message_decode;

use super::super::testing::*;
use super::super::{Envelope, kinds, unwrap};
use crate::fuzzing::inbound_message;

/// The bytes of the files in `fuzz/seeds/inbound_message`, by name.
fn seeds() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/inbound_message");
    let files = std::fs::read_dir(&folder).unwrap();
    let seed = |file: std::io::Result<std::fs::DirEntry>| {
        let file = file.unwrap();
        (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())
    };
    files.map(seed).collect()
}

#[test]
fn every_seed_can_be_told() {
    for (name, bytes) in seeds() {
        println!("{name}");
        inbound_message(&bytes);
    }
}

#[test]
fn there_is_a_seed_of_every_kind() {
    let (own, ada) = (chat(OWN), chat(ADA));
    let id = siskin_model::MessageId::from_text(ID);
    let envelope = Envelope { own: Some(&own), chat: &ada, sender: &ada, id: &id, by_api: false };
    let messages: Vec<_> =
        seeds().iter().filter_map(|(_, bytes)| message_decode(bytes).ok()).collect();
    for (at, kind) in kinds::KINDS.iter().enumerate() {
        let is_of_it = |message| (kind.read)(unwrap::innermost(message), &envelope).is_some();
        assert!(
            messages.iter().any(is_of_it),
            "nothing of KINDS[{at}]: write what `message_to_vec` makes of one to a file there"
        );
    }
}
