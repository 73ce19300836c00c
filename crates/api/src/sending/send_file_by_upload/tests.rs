#![allow(clippy::unwrap_used, clippy::panic)]

use serde_json::json;
use siskin_model::StoredFile;
use siskin_model::message::{Command, FileKind, OutgoingFile, TypingKind};

use crate::testing::forms::{Part, png};
use crate::testing::{Answered, Api, BOB, TestInstance, validation};

const METHOD: &str = "sendFileByUpload";

/// The file of the only message that waits.
async fn waiting(instance: &TestInstance<'_>) -> OutgoingFile {
    let mut waiting = instance.waiting().await;
    assert_eq!(waiting.len(), 1);
    match waiting.remove(0).command {
        Command::File(file) => file,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_caption_is_read_in_its_charset_and_one_that_shows_nothing_is_none() {
    let api = Api::new().await;
    let picture = png();
    for (kind, caption, read) in [
        ("text/plain; charset=iso-8859-1", &b"A\xf1o"[..], "Año"),
        ("text/plain", "Año".as_bytes(), "Año"),
        ("text/plain", "\u{200b} ".as_bytes(), ""),
    ] {
        let instance = api.instance().await;
        let parts = [
            Part::Text("chatId", BOB),
            Part::File("caption", "caption.txt", kind, caption),
            Part::File("file", "red.png", "image/png", &picture),
        ];
        assert_eq!(instance.form(METHOD, &parts).await.status, 200, "{kind}");
        assert_eq!(waiting(&instance).await.caption, read);
    }
    let instance = api.instance().await;
    let parts = [
        Part::Text("chatId", BOB),
        Part::File("caption", "caption.txt", "text/plain", b"A\xf1o"),
        Part::File("file", "red.png", "image/png", &picture),
    ];
    let answer = instance.form(METHOD, &parts).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().starts_with("bad request data: the text is no UTF-8"));
    left_nothing(&instance).await;
}

/// Nothing was accepted, and nothing was left on disk.
async fn left_nothing(instance: &TestInstance<'_>) {
    instance.nothing_waits().await;
    assert_eq!(instance.files_on_disk(), Vec::<String>::new());
}

fn url(answer: &Answered) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["urlFile"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_may_come_before_the_rest() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let picture = png();
    let parts = [
        Part::File("file", "red.png", "image/png", &picture),
        Part::Text("caption", "Red"),
        Part::Text("chatId", BOB),
        Part::Text("typingTime", "2000"),
        Part::Text("typingType", "recording"),
    ];
    let answer = instance.form(METHOD, &parts).await;
    let url = url(&answer);
    assert!(url.starts_with("http://gateway.example/files/") && url.ends_with("/red.png"), "{url}");
    let file = waiting(&instance).await;
    assert_eq!((file.kind, file.mime_type.as_str()), (FileKind::Image, "image/png"));
    assert_eq!((file.name.as_str(), file.caption.as_str()), ("red.png", "Red"));
    assert_eq!(file.dimensions, Some((4, 3)));
    assert!(!file.thumbnail.is_empty());
    let typing = instance.waiting().await[0].typing.unwrap();
    assert_eq!((typing.millis, typing.kind), (2000, TypingKind::Recording));
    assert_eq!(api.file(&url).await.body, picture);
    let row = &instance.get("showMessagesQueue").await.json()[0];
    assert_eq!((&row["messageID"], &row["type"]), (&answer.json()["idMessage"], &json!(METHOD)));
    let body = json!({"chatId": BOB, "caption": "Red", "typingTime": "2000",
        "typingType": "recording"});
    assert_eq!(row["body"], body);
}

#[tokio::test]
async fn the_part_may_have_any_name_and_the_fields_name_the_file() {
    for (part, part_name) in [("file", "a"), ("blob", "blob"), ("upload", "red.png"), ("file", "")]
    {
        let api = Api::new().await;
        let instance = api.instance().await;
        let picture = png();
        let parts = [
            Part::Text("chatId", BOB),
            Part::Text("fileName", "../Año 1.jpg"),
            // Empty parts stand for what a client leaves out.
            Part::Text("caption", ""),
            Part::Text("quotedMessageId", ""),
            Part::Text("typingTime", ""),
            Part::Text("other", "ignored"),
            Part::File(part, part_name, "application/octet-stream", &picture),
            Part::File("file", "", "application/octet-stream", b""),
        ];
        let answer = instance.form(METHOD, &parts).await;
        assert!(url(&answer).ends_with("/A_o_1.jpg"), "{}", answer.text());
        // The name says JPEG; it is a PNG.
        let file = waiting(&instance).await;
        assert_eq!((file.name.as_str(), file.mime_type.as_str()), ("Año 1.jpg", "image/png"));
    }
}

#[tokio::test]
async fn a_sent_file_goes_to_whatsapp() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let session = instance.linked().await;
    let parts = [Part::Text("chatId", BOB), Part::File("file", "a.txt", "text/plain", b"Hello")];
    url(&instance.form(METHOD, &parts).await);
    let (_, said) = instance.sent(&session).await;
    let file = said.content.file().unwrap().clone();
    assert_eq!((file.kind, file.file_name.as_str()), (FileKind::Document, "a.txt"));
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_leaves_nothing() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let file = || Part::File("file", "a.txt", "text/plain", b"Hello");
    let long = "x".repeat(20_001);
    for (parts, detail) in [
        (vec![file()], "'chatId' is required"),
        (vec![Part::Text("chatId", BOB)], "'file' is required"),
        (
            vec![Part::Text("chatId", BOB), Part::File("file", "a.txt", "text/plain", b"")],
            "'file' is not allowed to be empty",
        ),
        (
            vec![Part::Text("chatId", ""), Part::Text("typingTime", "soon")],
            "'chatId' is not allowed to be empty, 'file' is required, \
             'typingTime' must be a number",
        ),
        (
            vec![file(), Part::Text("chatId", BOB), Part::Text("caption", &long)],
            "'caption' length must be less than or equal to 20000 characters long",
        ),
        (
            vec![file(), Part::Text("chatId", BOB), Part::Text("typingType", "dancing")],
            "'typingType' must be one of [typing, recording]",
        ),
        (
            vec![
                file(),
                Part::Text("chatId", BOB),
                Part::Text("quotedMessageId", "BAE5000000000001"),
            ],
            "'quotedMessageId' must be the id of a known message of the chat",
        ),
    ] {
        validation(&instance.form(METHOD, &parts).await, detail);
        left_nothing(&instance).await;
    }
}

#[tokio::test]
async fn what_is_no_form_or_has_two_files_is_refused() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let answer = instance.post(METHOD, &json!({"chatId": BOB})).await;
    assert_eq!((answer.status, answer.text()), (400, "bad request data".into()));
    let broken = instance.raw(METHOD, &[], "no form".into(), true).await;
    assert_eq!((broken.status, broken.text()), (400, "bad request data".into()));
    let file = || Part::File("file", "a.txt", "text/plain", b"Hello");
    let answer = instance.form(METHOD, &[Part::Text("chatId", BOB), file(), file()]).await;
    assert_eq!((answer.status, answer.text()), (400, "bad request data".into()));
    left_nothing(&instance).await;
}

#[tokio::test]
async fn too_large_a_file_is_refused_whether_or_not_it_says_so() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let refused = (413, "Request Entity Too Large".to_owned());
    let too_large = usize::try_from(StoredFile::LARGEST).unwrap() + 1;
    for size in [too_large, usize::MAX] {
        let answer = instance.large_form(METHOD, size).await;
        assert_eq!((answer.status, answer.text()), refused);
    }
    let headers = [("content-length", "200000000")];
    let answer = instance.raw(METHOD, &headers, "".into(), true).await;
    assert_eq!((answer.status, answer.text()), refused);
    left_nothing(&instance).await;
}

#[tokio::test]
async fn endless_fields_are_refused() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let long = "x".repeat(200_000);
    let answer = instance.form(METHOD, &[Part::Text("caption", &long)]).await;
    assert_eq!((answer.status, answer.text()), (500, "request entity too large".into()));
    let many: Vec<_> = (0..100).map(|_| Part::Text("other", "x")).collect();
    assert_eq!(instance.form(METHOD, &many).await.status, 400);
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_goes_silent_is_not_waited_for_without_end() {
    use axum::body::Body;
    let api = Api::new().await;
    let instance = api.instance().await;
    let body = Body::from_stream(futures::stream::pending::<Result<String, std::io::Error>>());
    let answer = instance.raw(METHOD, &[], body, true).await;
    assert_eq!((answer.status, answer.body.len()), (408, 0));
}
