//! Votes, with the poll that they are for and without.

use serde_json::json;
use siskin_model::Content;
use siskin_model::message::Direction;
use wacore::poll::{compute_option_hash, encrypt_poll_vote_with_secret};
use waproto::whatsapp as wa;

use super::super::testing::*;
use super::super::{EncryptedVote, encrypted_vote};

const SECRET: [u8; 32] = [7; 32];
const ADA_LID: &str = "100000000000002@lid";
const OWN_LID: &str = "100000000000001@lid";

fn poll() -> wa::Message {
    let options = ["Tea", "Coffee"].map(|name| wa::message::poll_creation_message::Option {
        option_name: some(name),
        ..Default::default()
    });
    wa::Message {
        poll_creation_message_v3: field(wa::message::PollCreationMessage {
            name: some("Drinks?"),
            options: options.to_vec(),
            selectable_options_count: Some(1),
            ..Default::default()
        }),
        message_context_info: field(wa::MessageContextInfo {
            message_secret: Some(SECRET.to_vec()),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// A vote for tea, made with those addresses of the poll's maker and of the voter.
fn vote(creator: &str, voter: &str) -> wa::Message {
    let chosen = [compute_option_hash("Tea").to_vec()];
    let (payload, iv) =
        encrypt_poll_vote_with_secret(&chosen, &SECRET, TARGET, creator, voter).unwrap();
    wa::Message {
        poll_update_message: field(wa::message::PollUpdateMessage {
            poll_creation_message_key: field(wa::MessageKey {
                id: some(TARGET),
                from_me: Some(false),
                ..Default::default()
            }),
            vote: field(wa::message::PollEncValue {
                enc_payload: Some(payload),
                enc_iv: Some(iv.to_vec()),
            }),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn open(vote: &EncryptedVote) -> Option<siskin_model::message::PollUpdate> {
    let poll = known(&poll(), Direction::Api, ADA);
    let creators = [chat(OWN), chat(OWN_LID)];
    let voters = [chat(ADA), chat(ADA_LID)];
    vote.open(&poll, &creators, &voters, &chat(ADA))
}

#[test]
fn a_vote_is_read_whichever_addresses_it_was_made_with() {
    let own = ["15550100001@s.whatsapp.net", OWN_LID];
    let ada = ["15550100002@s.whatsapp.net", ADA_LID];
    for (creator, voter) in own.iter().flat_map(|own| ada.iter().map(move |ada| (own, ada))) {
        let message = vote(creator, voter);
        let mut body = from_ada(&message).unwrap();
        body.content = Content::PollUpdate(open(&encrypted_vote(&message).unwrap()).unwrap());
        let expected = json!({
            "typeMessage": "pollUpdateMessage",
            "pollMessageData": {
                "stanzaId": TARGET,
                "name": "Drinks?",
                "votes": [
                    { "optionName": "Tea", "optionVoters": [ADA] },
                    { "optionName": "Coffee", "optionVoters": [] },
                ],
                "multipleAnswers": false,
            },
        });
        assert_eq!(message_data(body, Direction::Incoming), expected);
    }
}

#[test]
fn a_vote_of_an_unknown_poll_says_only_which() {
    let message = vote("15550100001@s.whatsapp.net", "15550100002@s.whatsapp.net");
    let expected = json!({
        "typeMessage": "pollUpdateMessage",
        "pollMessageData": {
            "stanzaId": TARGET,
            "name": "",
            "votes": [],
            "multipleAnswers": false,
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn a_vote_in_the_name_of_somebody_else_is_not_believed() {
    let message = vote("15550100001@s.whatsapp.net", "15550100003@s.whatsapp.net");
    assert_eq!(open(&encrypted_vote(&message).unwrap()), None);
}
