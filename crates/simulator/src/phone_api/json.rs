//! Request bodies: JSON, whatever the content type says, refused in words.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use siskin_sim_server::error::Refusal;

/// The body of a request as `T`. An empty body counts as `{}`.
pub(super) struct Body<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|error| Refusal::invalid("The body cannot be read.", error.body_text()))?;
        let text: &[u8] = match bytes.trim_ascii() {
            b"" => b"{}",
            text => text,
        };
        match serde_json::from_slice(text) {
            Ok(body) => Ok(Self(body)),
            Err(error) => Err(Refusal::invalid(
                "The body is not the JSON that this call takes.",
                format!("{error}."),
            )),
        }
    }
}
