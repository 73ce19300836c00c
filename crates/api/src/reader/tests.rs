#![allow(clippy::unwrap_used)]
use super::*;
use serde_json::json;

/// What is said of a request when it is read in that way.
fn details<T>(value: Value, read: impl FnOnce(&mut Reader<'_>) -> T) -> Option<String> {
    let members = value.as_object().unwrap().clone();
    let mut reader = Reader::of(&members);
    read(&mut reader);
    let refused = reader.finish(Some(())).err()?.to_string();
    Some(refused.strip_prefix("Validation failed. Details: ").unwrap().to_owned())
}

fn check<T>(read: impl Fn(&mut Reader<'_>) -> T, cases: &[(Value, Option<&str>)]) {
    for (value, detail) in cases {
        assert_eq!(details(value.clone(), &read).as_deref(), *detail, "{value}");
    }
}

#[test]
fn chats_have_one_of_three_formats() {
    let formats = "'chatId' must be one of the next formats: 'phone_number@c.us', 'chat_id@lid' \
                   or 'group_id@g.us'";
    check(
        |reader| reader.chat("chatId"),
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
    assert_eq!(details(json!({"c": "status@broadcast"}), |r| r.readable_chat("c")), None);
}

#[test]
fn ids_have_at_least_16_symbols() {
    check(
        |reader| reader.quoted(),
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
        |reader| reader.message_ids("messages"),
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
        |reader| reader.typing_of_kind(),
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
        |reader| reader.text("message", 3),
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
        check(|reader| reader.text("message", 3), &[(json!({"message": blank}), empty)]);
        check(|reader| reader.trimmed_text("message", 3), &[(json!({"message": blank}), empty)]);
        let members = json!({"caption": blank, "typingTime": blank}).as_object().unwrap().clone();
        let mut reader = Reader::of(&members);
        assert_eq!(reader.optional_text("caption", 0), "", "{blank:?}");
        assert_eq!(reader.typing(), None, "{blank:?}");
        reader.finish(Some(())).unwrap();
    }
}

#[test]
fn flags_are_read_in_any_case() {
    check(
        |reader| reader.flag("linkPreview"),
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
    let read = |reader: &mut Reader<'_>| {
        reader.chat("chatId");
        reader.text("message", LONGEST_TEXT);
        reader.flag("linkPreview");
        reader.object("contact", |contact| contact.text("company", 5));
    };
    let value = json!({"linkPreview": "maybe", "contact": {"company": ""}});
    let expected = "'chatId' is required, 'message' is required, 'linkPreview' must be a \
                    boolean, 'contact.company' is not allowed to be empty";
    assert_eq!(details(value, read).as_deref(), Some(expected));
}

#[test]
fn a_flood_of_problems_is_told_in_part() {
    let ids: Vec<u32> = (0..1000).collect();
    let told = details(json!({"messages": ids}), |reader| reader.message_ids("messages")).unwrap();
    assert_eq!(told.matches("must be a string").count(), MOST_TOLD);
}

#[test]
fn addresses_are_those_of_the_web() {
    check(
        |reader| reader.web_address("url"),
        &[
            (json!({"url": "https://shop.example/a?b#c"}), None),
            (json!({"url": "shop.example"}), Some("'url' must be a valid uri")),
            (json!({"url": "file:///etc/passwd"}), Some("'url' must be a valid uri")),
            (json!({"url": ""}), Some("'url' is not allowed to be empty")),
        ],
    );
}
