//! What clients send that were not written for this gateway, and what customers read of it.

use serde_json::{Value, json};

use super::{Talk, ben};

impl Talk {
    /// Sends a body as it is, with that type; the answer's status and text.
    async fn raw(&self, method: &str, content_type: &str, body: &[u8]) -> (u16, String) {
        let request = crate::stage::http().post(self.api.url(method));
        let request = request.header("content-type", content_type).body(body.to_vec());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    /// The text of the message that such a body sends, as Ben reads it.
    async fn read_by_ben(&self, content_type: &str, body: &[u8]) -> String {
        let (status, text) = self.raw("sendMessage", content_type, body).await;
        assert_eq!(status, 200, "{text}");
        let answer: Value = serde_json::from_str(&text).unwrap();
        let seen = self.ben_sees(answer["idMessage"].as_str().unwrap()).await;
        seen["text"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn a_customer_never_reads_question_marks_that_nobody_wrote() {
    let talk = Talk::start().await;
    let of = |message: &[u8]| {
        let mut body = format!("{{\"chatId\":\"{}\",\"message\":\"", ben()).into_bytes();
        body.extend_from_slice(message);
        body.extend_from_slice(b"\"}");
        body
    };
    for (content_type, message, read) in [
        ("application/json", "Año 👍".as_bytes(), "Año 👍"),
        ("application/json; charset=iso-8859-1", b"A\xf1o", "Año"),
        ("text/plain; charset=windows-1251", b"\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"),
        ("application/json", br"half \ud83d", "half \u{fffd}"),
        ("application/json", br"whole \ud83d\udc4d", "whole 👍"),
    ] {
        assert_eq!(talk.read_by_ben(content_type, &of(message)).await, read);
    }
    let text = String::from_utf8(of("Año".as_bytes())).unwrap();
    let utf_16: Vec<u8> =
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(talk.read_by_ben("application/json", &utf_16).await, "Año");
    let (status, text) = talk.raw("sendMessage", "application/json", &of(b"A\xf1o")).await;
    assert_eq!(status, 400);
    assert!(text.starts_with("bad request data: the text is no UTF-8"), "{text}");
}

#[tokio::test]
async fn what_shows_nothing_is_not_sent() {
    let talk = Talk::start().await;
    let known = talk.send("sendMessage", json!({"chatId": ben(), "message": "Hello"})).await;
    talk.ben_sees(&known).await;
    assert_eq!(talk.status_of(&known).await, "sent");
    let poll = |question: &str, option: &str| {
        json!({"chatId": ben(), "message": question,
            "options": [{"optionName": "Tea"}, {"optionName": option}]})
    };
    for blank in [" ", "\u{200b}", "\u{2060}\u{feff}", "\u{3164}", "\u{a0}\n"] {
        for (method, body) in [
            ("sendMessage", json!({"chatId": ben(), "message": blank})),
            ("editMessage", json!({"chatId": ben(), "idMessage": known, "message": blank})),
            ("sendPoll", poll(blank, "Coffee")),
            ("sendPoll", poll("Drinks?", blank)),
        ] {
            let (status, text) = talk.api.refused(method, body).await;
            assert_eq!(status, 400, "{method} {blank:?}: {text}");
            assert!(text.contains("is not allowed to be empty"), "{text}");
        }
    }
    let (status, text) = talk.api.refused("sendPoll", poll("Drinks?", " Tea\u{200b}")).await;
    assert_eq!(status, 400);
    assert!(text.contains("'options[1]' contains a duplicate value"), "{text}");
    let sent = talk.send("sendPoll", poll("Drinks?", " Coffee ")).await;
    assert_eq!(talk.ben_sees(&sent).await["options"], json!(["Tea", "Coffee"]));
}

#[tokio::test]
async fn a_typing_time_of_zero_is_none() {
    let talk = Talk::start().await;
    for time in [json!(0), json!("0"), json!("")] {
        let body = json!({"chatId": ben(), "message": "Hello", "typingTime": time,
            "quotedMessageId": ""});
        let sent = talk.send("sendMessage", body).await;
        assert_eq!(talk.ben_sees(&sent).await["text"], "Hello");
    }
    talk.api.post_for_nothing("sendTyping", json!({"chatId": ben(), "typingTime": 0})).await;
}
