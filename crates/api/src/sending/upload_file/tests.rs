#![allow(clippy::unwrap_used)]

use axum::body::Body;
use siskin_model::StoredFile;

use crate::testing::forms::{Part, png, zeros};
use crate::testing::{Answered, Api, BOB, validation};
use serde_json::json;

const METHOD: &str = "UploadFile";

fn url(answer: &Answered) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["urlFile"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_name_comes_by_header_or_by_type() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for (headers, ending, kind) in [
        (vec![("GA-Filename", "red.png"), ("content-type", "image/png")], "/red.png", "image/png"),
        (vec![("GA-Filename", "Año.pdf")], "/A_o.pdf", "image/png"),
        (vec![("content-type", "image/jpeg")], "/file.png", "image/png"),
        (vec![], "/file.png", "image/png"),
    ] {
        let answer = instance.raw(METHOD, &headers, png().into(), false).await;
        let url = url(&answer);
        assert!(url.ends_with(ending), "{url}");
        let file = api.file(&url).await;
        assert_eq!((file.body.to_vec(), file.header("content-type")), (png(), kind));
    }
}

#[tokio::test]
async fn a_type_that_nobody_knows_is_bin() {
    let api = Api::new().await;
    let instance = api.instance().await;
    for headers in [
        vec![],
        vec![("content-type", "application/x-www-form-urlencoded")],
        vec![("content-type", "application/x-nobody-knows")],
    ] {
        let answer = instance.raw(METHOD, &headers, "a;b;c".into(), false).await;
        assert!(url(&answer).ends_with("/file.bin"), "{}", answer.text());
    }
}

#[tokio::test]
async fn a_form_is_taken_too() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let parts = [Part::File("blob", "blob", "image/png", &png())];
    assert!(url(&instance.form(METHOD, &parts).await).ends_with("/blob.png"));
    let picture = png();
    let parts =
        [Part::File("blob", "blob", "image/png", &picture), Part::Text("fileName", "a.png")];
    assert!(url(&instance.form(METHOD, &parts).await).ends_with("/a.png"));
    validation(&instance.form(METHOD, &[]).await, "'file' is required");
}

#[tokio::test]
async fn an_uploaded_file_can_be_sent_by_its_address() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let url = url(&instance.raw(METHOD, &[], png().into(), false).await);
    let body = json!({"chatId": BOB, "urlFile": url, "fileName": "red.png"});
    instance.accepted("sendFileByUrl", &body).await;
}

#[tokio::test]
async fn nothing_and_too_much_are_refused() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let answer = instance.raw(METHOD, &[], Body::empty(), false).await;
    validation(&answer, "'file' is not allowed to be empty");
    let too_large = usize::try_from(StoredFile::LARGEST).unwrap() + 1;
    let body = Body::from_stream(zeros(too_large));
    let answer = instance.raw(METHOD, &[], body, false).await;
    assert_eq!((answer.status, answer.text()), (413, "Request Entity Too Large".into()));
    assert_eq!(instance.files_on_disk(), Vec::<String>::new());
}

#[tokio::test]
async fn the_largest_file_fits() {
    let api = Api::new().await;
    let instance = api.instance().await;
    let largest = usize::try_from(StoredFile::LARGEST).unwrap();
    let answer = instance.raw(METHOD, &[], Body::from_stream(zeros(largest)), false).await;
    url(&answer);
}
