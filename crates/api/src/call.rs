use std::sync::Arc;

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::{Map, Value};
use siskin_fleet::{Instance, MessageError};
use siskin_green_api::refusals;
use siskin_model::Phase;

use crate::context::Context;
use crate::error::ApiError;

/// What a method answers.
pub(crate) type Answer = Result<Response, ApiError>;

/// The members of a request, as they came.
pub(crate) type JsonObject = Map<String, Value>;

/// A call of an instance's method; number, token, verb and rate are checked.
pub(crate) struct Call {
    /// The method's name, in the vendor's spelling.
    pub method: &'static str,
    pub context: Arc<Context>,
    pub instance: Arc<Instance>,
    /// The token as given; it was the right one when the call came.
    pub token: String,
    /// The path segment after the token.
    pub tail: Option<String>,
    /// The members of the request, as they came, once they have been read.
    pub members: JsonObject,
    /// What came, as long as nothing has been read of it.
    pub request: Request,
}

/// A call of a partner method; token, verb and rate are checked.
pub(crate) struct PartnerCall {
    pub context: Arc<Context>,
    pub request: Request,
}

impl Call {
    pub fn take_request(&mut self) -> Request {
        std::mem::take(&mut self.request)
    }
}

impl PartnerCall {
    pub fn take_request(&mut self) -> Request {
        std::mem::take(&mut self.request)
    }
}

/// An answer with the status 200 and nothing else.
pub(crate) fn empty() -> Answer {
    Ok(StatusCode::OK.into_response())
}

/// Why an instance did not do what needs its connection: one that is starting will soon.
pub(crate) fn connection_error(instance: &Instance, error: MessageError) -> ApiError {
    let is_starting = matches!(instance.link().borrow().phase, Phase::Starting);
    match error {
        MessageError::NotOnline if is_starting => ApiError::Refused(refusals::STARTING.into()),
        error => error.into(),
    }
}

/// An answer with the status 200.
pub(crate) fn ok(body: impl Serialize) -> Answer {
    Ok(Json(body).into_response())
}
