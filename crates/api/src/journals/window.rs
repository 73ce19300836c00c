//! How far back a journal is read: `minutes`, in the query string or in a JSON body.

use std::time::Duration;

use crate::call::Call;
use crate::error::ApiError;
use crate::fields;
use crate::openapi::Description;

/// How far back unless the caller says, in minutes.
const DEFAULT: u64 = 1440;
/// The furthest that a caller may say, in minutes: ten years.
const FURTHEST: u64 = 10 * 366 * 24 * 60;

pub(super) async fn read(call: Call) -> Result<Duration, ApiError> {
    let minutes = fields::integer(&call.parameters().await?, "minutes", 1..=FURTHEST)?;
    Ok(Duration::from_secs(minutes.unwrap_or(DEFAULT) * 60))
}

pub(super) fn describe(description: Description) -> Description {
    description.query("minutes", "How far back.", 1..=FURTHEST, DEFAULT)
}
