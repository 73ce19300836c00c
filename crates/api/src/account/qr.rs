use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use siskin_fleet::Instance;
use siskin_green_api::refusals;
use siskin_model::{InstanceId, Qr};
use utoipa::ToSchema;

use super::linking::{NoQr, QrStatus, no_code_in_time, qr_status};
use crate::call::{Answer, Call};
use crate::context::Context;
use crate::description::Description;
use crate::error::ApiError;

/// How long a call waits for the first code of an instance that has been asleep.
const FIRST_CODE: Duration = Duration::from_secs(20);

const PNG: &str = "image/png";
const SVG: &str = "image/svg+xml";
/// The code as a terminal can show it.
const TEXT: &str = "text/plain";

/// The code to scan, or why there is none. The status is always 200.
#[derive(Serialize, ToSchema)]
#[schema(as = Qr)]
struct QrAnswer<'a> {
    /// qrCode, alreadyLogged, error or passkeyRequired.
    #[serde(rename = "type")]
    #[schema(example = "qrCode")]
    kind: &'a str,
    /// qrCode: the picture as base64 PNG, without a data prefix. Otherwise a text.
    message: &'a str,
}

/// What the caller wants to see of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Json,
    Png,
    Svg,
    Text,
}

/// The code as it is now. An instance that has been asleep wakes, and the call waits for its
/// first code, at most [`FIRST_CODE`].
///
/// With `Accept: image/png`, `image/svg+xml` or `text/plain` (for a terminal) the answer is
/// the picture itself; where there is no code it is the JSON that says why, with JSON's
/// content type.
pub(crate) async fn handle(call: Call) -> Answer {
    let form = form(call.request.headers());
    let (context, instance) = (call.context, call.instance);
    let mut response = match code(&context, &instance).await {
        Ok(qr) => picture(&context, instance.id(), &qr, form)?,
        Err(no_qr) => {
            let answer = QrAnswer { kind: no_qr.kind(), message: no_qr.message() };
            Json(answer).into_response()
        }
    };
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    Ok(response)
}

async fn code(context: &Context, instance: &Instance) -> Result<Qr, NoQr> {
    let _viewer = instance.view_qr();
    let mut link = instance.link();
    let settled = async {
        loop {
            let status = qr_status(&link.borrow_and_update(), context.now());
            match status {
                QrStatus::Code(qr) => return Ok(qr),
                QrStatus::Over(no_qr) => return Err(no_qr),
                QrStatus::Wait => {
                    if link.changed().await.is_err() {
                        return Err(NoQr::Error(refusals::DELETED.into()));
                    }
                }
            }
        }
    };
    let stopping = context.fleet.stopping();
    let outcome = tokio::select! {
        outcome = tokio::time::timeout(FIRST_CODE, settled) => outcome.ok(),
        () = stopping.cancelled() => return Err(NoQr::Error(refusals::STARTING.into())),
        () = instance.deleted() => return Err(NoQr::Error(refusals::DELETED.into())),
    };
    outcome.unwrap_or_else(|| Err(no_code_in_time(&instance.link().borrow(), FIRST_CODE)))
}

fn picture(context: &Context, id: InstanceId, qr: &Qr, form: Form) -> Result<Response, ApiError> {
    let typed = |kind: &'static str, bytes: Bytes| {
        ([(header::CONTENT_TYPE, HeaderValue::from_static(kind))], bytes).into_response()
    };
    Ok(match form {
        Form::Json => typed("application/json", context.pictures.of(id, qr)?.json),
        Form::Png => typed(PNG, context.pictures.of(id, qr)?.png),
        Form::Svg => {
            let svg = siskin_qr::svg(&qr.text);
            typed(SVG, svg.map_err(|error| ApiError::Internal(error.to_string()))?.into())
        }
        Form::Text => {
            let text = siskin_qr::terminal(&qr.text);
            let text = text.map_err(|error| ApiError::Internal(error.to_string()))?;
            typed("text/plain; charset=utf-8", text.into())
        }
    })
}

/// The first picture type that is asked for. A caller that takes JSON or pages (an address
/// bar lists pictures too) gets the vendor's JSON.
fn form(headers: &HeaderMap) -> Form {
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    // Alone: HTTP libraries list it before what they take as well.
    if headers.get(header::ACCEPT).is_some_and(|accept| accept == TEXT) {
        return Form::Text;
    }
    let mut form = Form::Json;
    for kind in accepts.flat_map(|value| value.split(',')) {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        match kind {
            "application/json" | "text/html" => return Form::Json,
            PNG if form == Form::Json => form = Form::Png,
            SVG if form == Form::Json => form = Form::Svg,
            _ => {}
        }
    }
    form
}

pub(crate) fn describe() -> Description {
    Description::answers::<QrAnswer<'_>>().also_answers(PNG).also_answers(SVG).also_answers(TEXT)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use crate::testing::{Answered, Api, account};
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;
    use siskin_fleet::{End, SessionEvent};
    use siskin_model::Reason;

    const CODE_LIFETIME: Duration = Duration::from_secs(60);

    /// What a phone reads off the picture in the answer.
    fn scanned(answer: &Answered) -> String {
        let answer = answer.json();
        let png = STANDARD.decode(answer["message"].as_str().unwrap()).unwrap();
        siskin_testkit::decode_qr_png(&png).unwrap()
    }

    #[tokio::test]
    async fn the_first_call_wakes_the_instance_and_waits_for_its_code() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (answer, _session) = tokio::join!(instance.get("qr"), async {
            let session = api.engine.opened().await;
            session.show_qr("2@a-code", CODE_LIFETIME).await;
            session
        });
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.json()["type"], "qrCode");
        assert_eq!(scanned(&answer), "2@a-code");
    }

    #[tokio::test]
    async fn the_picture_itself_comes_by_its_type() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (_, _session) = tokio::join!(instance.get("qr"), async {
            let session = api.engine.opened().await;
            session.show_qr("2@a-code", CODE_LIFETIME).await;
            session
        });
        let png = instance.get_as("qr", "image/png").await;
        assert_eq!(png.header("content-type"), "image/png");
        assert!(png.body.starts_with(b"\x89PNG"));
        let svg = instance.get_as("qr", "image/svg+xml").await;
        assert_eq!(svg.header("content-type"), "image/svg+xml");
        assert!(String::from_utf8_lossy(&svg.body).contains("<svg"));
    }

    #[tokio::test]
    async fn a_rotation_shows_with_the_next_call_and_a_linked_instance_has_no_code() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (first, session) = tokio::join!(instance.get("qr"), async {
            let session = api.engine.opened().await;
            session.show_qr("2@first", CODE_LIFETIME).await;
            session
        });
        assert_eq!(scanned(&first), "2@first");
        let mut link = api.fleet.get(instance.id).unwrap().link();
        link.borrow_and_update();
        session.show_qr("2@second", CODE_LIFETIME).await;
        link.changed().await.unwrap();
        assert_eq!(scanned(&instance.get("qr").await), "2@second");
        session.link(&account()).await;
        instance.until_state("authorized").await;
        let linked = json!({"type": "alreadyLogged",
            "message": "instance account already authorized"});
        assert_eq!(instance.get("qr").await.json(), linked);
        let picture = instance.get_as("qr", "image/png").await;
        assert_eq!(picture.header("content-type"), "application/json");
        assert_eq!(picture.json(), linked);
    }

    #[tokio::test]
    async fn a_code_that_has_expired_is_never_shown() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (answer, _session) = tokio::join!(instance.get("qr"), async {
            let session = api.engine.opened().await;
            session.show_qr("2@expired", Duration::ZERO).await;
            session.show_qr("2@fresh", CODE_LIFETIME).await;
            session
        });
        assert_eq!(scanned(&answer), "2@fresh");
    }

    #[tokio::test]
    async fn a_passkey_demand_is_an_answer_of_its_own() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (answer, _session) = tokio::join!(instance.get("qr"), async {
            let session = api.engine.opened().await;
            session.send(siskin_fleet::SessionEvent::PasskeyRequired).await;
            session
        });
        let answer = answer.json();
        assert_eq!(answer["type"], "passkeyRequired");
        assert_eq!(answer["message"], siskin_model::Reason::PasskeyRequired.text());
    }

    #[tokio::test]
    async fn what_is_in_the_way_is_said_at_once() {
        for (event, reason) in [
            (SessionEvent::Unreachable, Reason::Unreachable),
            (SessionEvent::NotTrusted, Reason::ServerNotTrusted),
            (SessionEvent::Ended(End::ClientOutdated), Reason::ClientOutdated),
        ] {
            let api = Api::new().await;
            let instance = api.instance().await;
            let asked = tokio::time::timeout(FIRST_CODE / 2, async {
                tokio::join!(instance.get("qr"), async {
                    let session = api.engine.opened().await;
                    session.send(event).await;
                    session
                })
            });
            let (answer, _session) = asked.await.expect("nobody waits for a code in vain");
            let expected = json!({"type": "error", "message": reason.text()});
            assert_eq!((answer.status, answer.json()), (200, expected));
        }
    }

    #[tokio::test]
    async fn a_wait_ends_when_the_instance_is_deleted() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (answer, _) = tokio::join!(instance.get("qr"), async {
            api.engine.opened().await;
            api.fleet.delete(instance.id).await.unwrap();
        });
        let expected = json!({"type": "error", "message": "Instance is deleted"});
        assert_eq!((answer.status, answer.json()), (200, expected));
    }

    #[tokio::test(start_paused = true)]
    async fn where_no_code_comes_the_wait_is_bounded_and_explained() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let (answer, _session) = tokio::join!(instance.get("qr"), api.engine.opened());
        let answer = answer.json();
        assert_eq!(answer["type"], "error");
        assert!(answer["message"].as_str().unwrap().contains("could not be reached in time"));
    }

    #[test]
    fn pictures_are_for_those_who_ask_for_nothing_else() {
        for (accept, expected) in [
            ("image/png", Form::Png),
            ("image/svg+xml;q=0.9", Form::Svg),
            ("image/avif,image/png,image/svg+xml,*/*;q=0.5", Form::Png),
            ("*/*", Form::Json),
            ("text/html,image/png,*/*;q=0.8", Form::Json),
            ("application/json, image/png", Form::Json),
            ("text/plain", Form::Text),
            ("text/plain, */*", Form::Json),
            ("application/json, text/plain, */*", Form::Json),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(form(&headers), expected, "{accept}");
        }
        assert_eq!(form(&HeaderMap::new()), Form::Json);
    }
}
