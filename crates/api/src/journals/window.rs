//! How far back a journal is read: `minutes`, in the query string or in a JSON body.

use std::time::Duration;

use crate::call::Call;
use crate::error::ApiError;
use crate::openapi::Description;
use crate::reader::Reader;

/// How far back unless the caller says, in minutes.
const DEFAULT: u64 = 1440;
/// The furthest that is looked back, in minutes, whatever the caller says: ten years.
const FURTHEST: u64 = 10 * 366 * 24 * 60;

pub(super) async fn read(call: Call) -> Result<Duration, ApiError> {
    let parameters = call.parameters().await?;
    let mut reader = Reader::of(&parameters);
    let minutes = reader.at_least("minutes", 1..=FURTHEST);
    reader.finish(Some(()))?;
    Ok(Duration::from_secs(minutes.unwrap_or(DEFAULT) * 60))
}

pub(super) fn describe(description: Description) -> Description {
    description.query("minutes", "How far back.", 1..=FURTHEST, DEFAULT)
}
