use std::sync::Arc;

use axum::Json;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use siskin_fleet::{Instance, MessageError};
use siskin_model::Phase;

use crate::account::STARTING;
use crate::body;
use crate::context::Context;
use crate::error::ApiError;
use crate::fields::Members;

/// What a method answers.
pub(crate) type Answer = Result<Response, ApiError>;

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
    pub request: Request,
}

/// A call of a partner method; token, verb and rate are checked.
pub(crate) struct PartnerCall {
    pub context: Arc<Context>,
    pub request: Request,
}

impl Call {
    /// The members of the JSON body.
    pub async fn body(self) -> Result<Members, ApiError> {
        body::members(self.request).await
    }

    /// The parameters of a GET: of the query string and of a JSON body, which some clients
    /// send instead (specification, section 1.2).
    pub async fn parameters(self) -> Result<Members, ApiError> {
        let query = self.request.uri().query().unwrap_or_default().to_owned();
        let mut members = body::members(self.request).await?;
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            members.insert(name.into_owned(), Value::String(value.into_owned()));
        }
        Ok(members)
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
        MessageError::NotOnline if is_starting => ApiError::Refused(STARTING.into()),
        error => error.into(),
    }
}

/// An answer with the status 200.
pub(crate) fn ok(body: impl Serialize) -> Answer {
    Ok(Json(body).into_response())
}
