//! Reading JSON bodies as the vendor's server does, and query strings.

use std::time::Duration;

use axum::extract::Request;
use http::{Method as Verb, header};
use serde_json::Value;
use siskin_green_api::{invalid, refusals};

use super::{charset, json_error, surrogates};
use crate::call::JsonObject;
use crate::error::ApiError;

/// The largest JSON body, in bytes (specification, section 1.4).
pub(crate) const MAX_BYTES: usize = 100 * 1024;

/// How long a body may take to come: a client that goes silent half-way holds its connection
/// no longer.
const ARRIVAL: Duration = Duration::from_secs(30);

/// The members of a JSON body; none where there is no body. Those of a GET come in the query
/// string or, from some clients, in a body (specification, section 1.2).
///
/// # Errors
/// When the body is too large, too slow, no text, broken or no object.
pub(crate) async fn members(request: Request) -> Result<JsonObject, ApiError> {
    let is_get = matches!(*request.method(), Verb::GET | Verb::HEAD);
    let query = request.uri().query().filter(|_| is_get).unwrap_or_default().to_owned();
    let mut members = body_members(request).await?;
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        members.insert(name.into_owned(), Value::String(value.into_owned()));
    }
    Ok(members)
}

async fn body_members(request: Request) -> Result<JsonObject, ApiError> {
    let (head, body) = request.into_parts();
    let arrived = tokio::time::timeout(ARRIVAL, axum::body::to_bytes(body, MAX_BYTES)).await;
    let bytes = arrived.map_err(|_| ApiError::BodyTooSlow)?.map_err(|error| {
        if is_too_large(&error) {
            ApiError::BodyTooLarge
        } else {
            ApiError::Refused(refusals::BAD_REQUEST.into())
        }
    })?;
    let content_type = head.headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok());
    let text = charset::decode(&bytes, content_type)?;
    parse(&surrogates::replaced(text))
}

pub(super) fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn parse(text: &str) -> Result<JsonObject, ApiError> {
    let start = text.trim_start();
    if start.is_empty() {
        return Ok(JsonObject::new());
    }
    // The vendor's parser looks at the first character before anything else.
    if !start.starts_with(['{', '[']) {
        let offset = text.len() - start.len();
        return Err(ApiError::Refused(json_error::describe_at(text, offset)));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(mut members)) => {
            members.values_mut().for_each(make_whole);
            Ok(members)
        }
        Ok(_) => Err(ApiError::member("value", invalid::NO_OBJECT)),
        Err(error) => Err(ApiError::Refused(json_error::describe(text, &error))),
    }
}

/// JavaScript, which the vendor's server reads with, has no difference between 1000, 1000.0
/// and 1e3, and some clients write whole numbers so.
fn make_whole(value: &mut Value) {
    /// Above, not every whole number can be told from its neighbours.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) if number.is_f64() => {
            let whole = number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < EXACT);
            if let Some(whole) = whole {
                *value = Value::from(whole as i64);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(make_whole),
        Value::Object(members) => members.values_mut().for_each(make_whole),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::body::Body;
    use serde_json::json;

    async fn members(body: impl Into<Body>) -> Result<JsonObject, ApiError> {
        super::members(Request::new(body.into())).await
    }

    #[tokio::test]
    async fn no_body_has_no_members_and_a_byte_order_mark_is_no_member() {
        assert!(members(Body::empty()).await.unwrap().is_empty());
        let members = members("\u{feff} {\"count\":1}").await.unwrap();
        assert_eq!(members["count"], 1);
    }

    #[tokio::test]
    async fn half_an_emoji_is_read_as_javascript_reads_it() {
        let text = r#"{"message": "a\ud83d", "options": [{"optionName": "\udc4d"}], "b\ud800": 1}"#;
        let read = Value::Object(members(text).await.unwrap());
        let mended = json!({"message": "a\u{fffd}", "options": [{"optionName": "\u{fffd}"}],
            "b\u{fffd}": 1});
        assert_eq!(read, mended);
    }

    #[tokio::test]
    async fn a_body_is_read_in_the_charset_that_it_names_and_else_refused() {
        let latin = b"{\"message\": \"A\xf1o\"}";
        let request = |kind: &str| {
            let request = Request::post("/").header("content-type", kind);
            request.body(Body::from(latin.to_vec())).unwrap()
        };
        let read = super::members(request("application/json; charset=iso-8859-1")).await.unwrap();
        assert_eq!(read["message"], "Año");
        let refused = super::members(request("application/json")).await.unwrap_err();
        assert!(refused.to_string().starts_with("bad request data: the text is no UTF-8"));
    }

    #[tokio::test]
    async fn whole_numbers_may_have_a_point_or_an_exponent() {
        let text = r#"{"a": 1000.0, "b": 1.5550100001e10, "c": [-0.0], "d": 1.5, "e": 1e300}"#;
        let read = Value::Object(members(text).await.unwrap());
        let whole = json!({"a": 1000, "b": 15_550_100_001_u64, "c": [0], "d": 1.5, "e": 1e300});
        assert_eq!(read, whole);
    }

    #[tokio::test]
    async fn what_is_no_object_is_refused() {
        for (body, text) in [
            ("[1]", "Validation failed. Details: 'value' must be of type object"),
            ("hello", "Unexpected token h in JSON at position 0"),
            ("\"hello\"", "Unexpected string in JSON at position 0"),
            (" 7", "Unexpected number in JSON at position 1"),
            ("{", "Unexpected end of JSON input"),
        ] {
            assert_eq!(members(body).await.unwrap_err().to_string(), text);
        }
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
        let of_size = |size: usize| Body::from(format!("{{}}{}", " ".repeat(size - 2)));
        assert!(members(of_size(MAX_BYTES)).await.is_ok());
        let error = members(of_size(MAX_BYTES + 1)).await.unwrap_err();
        assert_eq!(error.to_string(), "request entity too large");
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stops_half_way_is_not_waited_for_without_end() {
        use futures::StreamExt as _;
        let half = futures::stream::iter([Ok::<_, std::io::Error>("{\"count\":")]);
        let body = Body::from_stream(half.chain(futures::stream::pending()));
        let error = members(body).await.unwrap_err();
        assert!(matches!(error, ApiError::BodyTooSlow), "{error}");
    }
}
