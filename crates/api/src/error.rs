use std::time::Duration;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};
use serde::Serialize;
use siskin_fleet::{FleetError, MessageError};
use siskin_green_api::refusals;
use siskin_media::MediaError;
use siskin_model::UnixMillis;
use siskin_store::StoreError;

/// After which time a caller may look whether somebody has made room on the disk.
const ROOM: Duration = Duration::from_secs(60);

/// Why a call was refused, in the vendor's terms (specification, section 2).
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// There is no instance of that number.
    #[error("no such instance")]
    UnknownInstance,
    /// The token is not the right one.
    #[error("wrong token")]
    WrongToken,
    /// There is no such method, or not with this verb.
    #[error("no such method")]
    UnknownMethod,
    /// The vendor has the method, and this version has not; the text says so.
    #[error("{0}")]
    MissingMethod(String),
    /// The method was called too often.
    #[error("rate limited")]
    TooManyRequests,
    /// A value does not fit; the text is the detail alone.
    #[error("Validation failed. Details: {0}")]
    Validation(String),
    /// The request cannot be carried out; the text is the vendor's.
    #[error("{0}")]
    Refused(String),
    /// The body did not come in time.
    #[error("the body did not come in time")]
    BodyTooSlow,
    /// The body is over the limit.
    #[error("request entity too large")]
    BodyTooLarge,
    /// The file in the body is over the limit.
    #[error("Request Entity Too Large")]
    UploadTooLarge,
    /// The file at an address is over the limit; the text is the vendor's.
    #[error("{0}")]
    UrlFileTooLarge(String),
    /// It may be possible after a while; the text says why it is not yet.
    #[error("{0}")]
    Later(String, Duration),
    /// WhatsApp restricts the account.
    #[error("{}", refusals::SUSPENDED)]
    Suspended,
    /// Something of ours failed.
    #[error("{0}")]
    Internal(String),
}

/// A validation error as the vendor writes it (specification, section 2.2).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ValidationBody<'a> {
    status_code: u16,
    timestamp: String,
    path: &'a str,
    message: &'a str,
}

/// A failure of a partner method, which has the status 200 (specification, section 10,
/// number 14).
#[derive(Serialize)]
struct PartnerFailure<'a> {
    code: u16,
    description: &'a str,
}

impl ApiError {
    /// A value does not fit.
    pub fn validation(detail: impl Into<String>) -> Self {
        Self::Validation(detail.into())
    }

    /// What is wrong with one member, in the vendor's pattern.
    pub fn member(name: &str, what: &str) -> Self {
        Self::Validation(format!("'{name}' {what}"))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::UnknownInstance => StatusCode::FORBIDDEN,
            Self::WrongToken => StatusCode::UNAUTHORIZED,
            Self::UnknownMethod | Self::MissingMethod(_) => StatusCode::NOT_FOUND,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Validation(_) | Self::Refused(_) => StatusCode::BAD_REQUEST,
            Self::BodyTooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UploadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Suspended => StatusCode::FORBIDDEN,
            Self::Later(..) => StatusCode::SERVICE_UNAVAILABLE,
            Self::BodyTooLarge | Self::UrlFileTooLarge(_) | Self::Internal(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        }
    }

    /// The answer of an instance's method. `path` has its token masked.
    pub fn into_response(self, path: &str, now: UnixMillis) -> Response {
        let (status, text) = (self.status(), self.to_string());
        match self {
            Self::Validation(_) => {
                let timestamp = iso(now, "%Y-%m-%dT%H:%M:%S%.3fZ");
                let status_code = status.as_u16();
                let body = ValidationBody { status_code, timestamp, path, message: &text };
                (status, Json(body)).into_response()
            }
            Self::Refused(_)
            | Self::MissingMethod(_)
            | Self::BodyTooLarge
            | Self::UploadTooLarge
            | Self::UrlFileTooLarge(_)
            | Self::Suspended => (status, text).into_response(),
            Self::Later(text, after) => {
                let after = after.as_secs().max(1).to_string();
                (status, [(header::RETRY_AFTER, after)], text).into_response()
            }
            Self::Internal(_) => {
                tracing::error!(path, error = text, "a call failed");
                (status, text).into_response()
            }
            _ => status.into_response(),
        }
    }

    /// The answer of a partner method: what the method itself refuses has the status 200.
    pub fn into_partner_response(self, path: &str, now: UnixMillis) -> Response {
        let code = self.status().as_u16();
        let description = match &self {
            // The vendor's Go client compares the body with exactly this one (specification,
            // section 10, number 37).
            Self::WrongToken => "Unauthorized".into(),
            Self::Validation(_) => self.to_string(),
            Self::Internal(text) => {
                tracing::error!(path, error = text, "a partner's call failed");
                text.clone()
            }
            _ => return self.into_response(path, now),
        };
        Json(PartnerFailure { code, description: &description }).into_response()
    }
}

/// A moment in UTC, by a format of `strftime`.
pub(crate) fn iso(at: UnixMillis, format: &str) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    moment.strftime(format).to_string()
}

impl From<FleetError> for ApiError {
    fn from(error: FleetError) -> Self {
        match error {
            FleetError::Stopping => Self::Refused(refusals::STARTING.into()),
            _ => Self::Internal(error.to_string()),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<MessageError> for ApiError {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::Disk(_) | MessageError::Store(_) => Self::Internal(error.to_string()),
            MessageError::NoRoom => Self::Later(error.to_string(), ROOM),
            MessageError::HeldBack { again, .. } => Self::Later(error.to_string(), again),
            _ => Self::Refused(error.to_string()),
        }
    }
}

impl From<MediaError> for ApiError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::TooLarge { .. } => Self::UploadTooLarge,
            MediaError::Disk { .. } => Self::Internal(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    async fn text(response: Response) -> String {
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_validation_error_has_the_vendors_form() {
        let error = ApiError::member("chatId", "is required");
        let at = UnixMillis(1_767_323_045_678);
        let response = error.into_response("/waInstance7103000001/sendMessage/***", at);
        assert_eq!(response.status(), 400);
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(
            text(response).await,
            "{\"statusCode\":400,\"timestamp\":\"2026-01-02T03:04:05.678Z\",\
             \"path\":\"/waInstance7103000001/sendMessage/***\",\
             \"message\":\"Validation failed. Details: 'chatId' is required\"}"
        );
    }

    #[tokio::test]
    async fn refusals_at_the_door_are_empty() {
        for (error, status) in [
            (ApiError::UnknownInstance, 403),
            (ApiError::WrongToken, 401),
            (ApiError::UnknownMethod, 404),
            (ApiError::TooManyRequests, 429),
            (ApiError::BodyTooSlow, 408),
        ] {
            let response = error.into_response("/", UnixMillis(0));
            assert_eq!(response.status(), status);
            assert_eq!(text(response).await, "");
        }
    }

    #[tokio::test]
    async fn a_partners_failure_has_the_status_200() {
        let response = ApiError::WrongToken.into_partner_response("/", UnixMillis(0));
        assert_eq!(response.status(), 200);
        assert_eq!(text(response).await, r#"{"code":401,"description":"Unauthorized"}"#);
    }
}
