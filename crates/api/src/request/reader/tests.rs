#![allow(clippy::unwrap_used)]
use super::*;
use crate::request::{
    Kind, LONGEST_TEXT, Member, chat, flag, list, message_id, object, optional, quoted,
    readable_chat_id, request, required, text, trimmed_text, typing, typing_of_kind, web_address,
};
use serde_json::json;

/// What is said of a request when a member is read of it.
fn details(value: &Value, member: &impl Member) -> Option<String> {
    let mut problems = Problems::default();
    let members = value.as_object().unwrap();
    member.read(&mut Reader::new(members, &mut None, String::new(), &mut problems));
    (!problems.told.is_empty()).then(|| problems.told.join(", "))
}

/// What a value of the member `n` is read as, or what is said of it.
pub(in crate::request) fn outcome<K: Kind>(kind: K, value: Value) -> Result<K::Value, String> {
    let mut problems = Problems::default();
    let members = json!({ "n": value });
    let members = members.as_object().unwrap();
    let mut file = None;
    let mut reader = Reader::new(members, &mut file, String::new(), &mut problems);
    let read = required("n", kind, "").read(&mut reader);
    read.ok_or_else(|| problems.told.join(", "))
}

/// What is said of a value of the member `n`.
pub(in crate::request) fn refusal<K: Kind>(kind: K, value: Value) -> String {
    outcome(kind, value).err().unwrap()
}

fn check(member: &impl Member, cases: &[(Value, Option<&str>)]) {
    for (value, detail) in cases {
        assert_eq!(details(value, member).as_deref(), *detail, "{value}");
    }
}

#[test]
fn chats_have_one_of_three_formats() {
    let formats = "'chatId' must be one of the next formats: 'phone_number@c.us', 'chat_id@lid' \
                   or 'group_id@g.us'";
    check(
        &chat(),
        &[
            (json!({"chatId": "15550100002@c.us"}), None),
            (json!({"chatId": "100000000000001@lid"}), None),
            (json!({"chatId": "15550100002-1500000000@g.us"}), None),
            (json!({}), Some("'chatId' is required")),
            (json!({"chatId": ""}), Some("'chatId' is not allowed to be empty")),
            (json!({"chatId": null}), Some("'chatId' must be a string")),
            (json!({"chatId": 15_550_100_002_u64}), Some("'chatId' must be a string")),
            (json!({"chatId": "15550100002"}), Some(formats)),
            (json!({"chatId": "1@newsletter"}), Some(formats)),
            (json!({"chatId": "status@broadcast"}), Some(formats)),
        ],
    );
    let feed = json!({"c": "status@broadcast"});
    assert_eq!(details(&feed, &required("c", readable_chat_id(), "")), None);
}

#[test]
fn ids_have_at_least_16_symbols() {
    check(
        &quoted(),
        &[
            (json!({}), None),
            (json!({"quotedMessageId": ""}), None),
            (json!({"quotedMessageId": null}), None),
            (json!({"quotedMessageId": "BAE5000000000001"}), None),
            (
                json!({"quotedMessageId": "BAE500000000000"}),
                Some("'message id' must be at least 16 symbols"),
            ),
            (json!({"quotedMessageId": 5}), Some("'quotedMessageId' must be a string")),
        ],
    );
    check(
        &required("messages", list(1..=usize::MAX, message_id()), ""),
        &[
            (json!({"messages": ["BAE5000000000001"]}), None),
            (json!({"messages": []}), Some("'messages' must contain at least 1 items")),
            (json!({"messages": "BAE5"}), Some("'messages' must be an array")),
            (
                json!({"messages": [1, ""]}),
                Some("'messages[0]' must be a string, 'messages[1]' is not allowed to be empty"),
            ),
        ],
    );
}

#[test]
fn typing_has_bounds_and_two_kinds() {
    check(
        &typing_of_kind(),
        &[
            (json!({"typingTime": 1000, "typingType": "recording"}), None),
            (json!({"typingTime": "20000"}), None),
            (json!({"typingTime": 0}), None),
            (json!({"typingTime": "0"}), None),
            (json!({"typingTime": 0.5}), Some("'typingTime' must be an integer")),
            (json!({"typingTime": -1}), Some("'typingTime' must be greater than or equal to 1000")),
            (
                json!({"typingTime": 999}),
                Some("'typingTime' must be greater than or equal to 1000"),
            ),
            (
                json!({"typingTime": 20_001}),
                Some("'typingTime' must be less than or equal to 20000"),
            ),
            (json!({"typingTime": 1000.5}), Some("'typingTime' must be an integer")),
            (json!({"typingTime": true}), Some("'typingTime' must be a number")),
            (
                json!({"typingType": "dancing"}),
                Some("'typingType' must be one of [typing, recording]"),
            ),
        ],
    );
}

#[test]
fn texts_are_counted_in_characters() {
    check(
        &required("message", text(3), ""),
        &[
            (json!({"message": "äöü"}), None),
            (
                json!({"message": "abcd"}),
                Some("'message' length must be less than or equal to 3 characters long"),
            ),
            (json!({"message": ["a"]}), Some("'message' must be a string")),
        ],
    );
}

#[test]
fn a_text_with_nothing_to_see_is_as_an_empty_one() {
    let empty = Some("'message' is not allowed to be empty");
    for blank in ["", " ", "\n\t\r", "\u{a0}", "\u{200b}", "\u{2060}\u{feff}", "\u{3164}"] {
        let message = json!({"message": blank});
        assert_eq!(details(&message, &required("message", text(3), "")).as_deref(), empty);
        assert_eq!(details(&message, &required("message", trimmed_text(3), "")).as_deref(), empty);
        let members = json!({"caption": blank, "typingTime": blank}).as_object().unwrap().clone();
        let (mut file, mut problems) = (None, Problems::default());
        let mut reader = Reader::new(&members, &mut file, String::new(), &mut problems);
        let caption = optional("caption", text(0), "").or_empty();
        assert_eq!(caption.read(&mut reader).as_deref(), Some(""), "{blank:?}");
        assert_eq!(typing().read(&mut reader), Some(None), "{blank:?}");
        assert!(problems.told.is_empty(), "{blank:?}");
    }
}

#[test]
fn flags_are_read_in_any_case() {
    check(
        &optional("linkPreview", flag(), ""),
        &[
            (json!({"linkPreview": "True"}), None),
            (json!({"linkPreview": "FALSE"}), None),
            (json!({"linkPreview": "yes"}), Some("'linkPreview' must be a boolean")),
            (json!({"linkPreview": 1}), Some("'linkPreview' must be a boolean")),
        ],
    );
}

#[test]
fn every_problem_is_told_in_the_order_of_the_fields() {
    request! {
        /// A contact.
        struct Contact {
            company: String = required("company", text(5), ""),
        }
    }
    request! {
        /// Whatever.
        struct Whatever {
            chat: siskin_model::ChatId = chat(),
            message: String = required("message", text(LONGEST_TEXT), ""),
            preview: Option<bool> = optional("linkPreview", flag(), ""),
            contact: Option<Contact> = optional("contact", object(), ""),
        }
    }
    let chat_id = "15550100002@c.us";
    let right = json!({"chatId": chat_id, "message": "Hello", "linkPreview": true,
        "contact": {"company": "Shop"}});
    let right = read::<Whatever>(right.as_object().unwrap(), None).unwrap();
    assert_eq!((right.chat.as_str(), right.message.as_str()), (chat_id, "Hello"));
    assert_eq!((right.preview, right.contact.unwrap().company.as_str()), (Some(true), "Shop"));
    let value = json!({"linkPreview": "maybe", "contact": {"company": ""}});
    let expected = "'chatId' is required, 'message' is required, 'linkPreview' must be a \
                    boolean, 'contact.company' is not allowed to be empty";
    let refused = read::<Whatever>(value.as_object().unwrap(), None).err().unwrap().to_string();
    assert_eq!(refused, format!("Validation failed. Details: {expected}"));
}

#[test]
fn a_flood_of_problems_is_told_in_part() {
    let ids: Vec<u32> = (0..1000).collect();
    let list = required("messages", list(1..=usize::MAX, message_id()), "");
    let told = details(&json!({"messages": ids}), &list).unwrap();
    assert_eq!(told.matches("must be a string").count(), MOST_TOLD);
}

#[test]
fn addresses_are_those_of_the_web() {
    check(
        &required("url", web_address(), ""),
        &[
            (json!({"url": "https://shop.example/a?b#c"}), None),
            (json!({"url": "shop.example"}), Some("'url' must be a valid uri")),
            (json!({"url": "file:///etc/passwd"}), Some("'url' must be a valid uri")),
            (json!({"url": ""}), Some("'url' is not allowed to be empty")),
        ],
    );
}
