//! Files that a caller names by an address.

use std::sync::Arc;

use siskin_fleet::Instance;
use siskin_model::StoredFile;
use siskin_outbound::OutboundError;

use crate::account::DELETED;
use crate::arriving::{Arrived, Arriving};
use crate::context::Context;
use crate::error::ApiError;

const MEGABYTE: u64 = 1024 * 1024;

/// Stores the file at an address, to be sent under a name. An address of this gateway is
/// looked up, not called.
pub(super) async fn fetch(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    url: &str,
    name: &str,
) -> Result<Arrived, ApiError> {
    if is_ours(context, url) {
        let original = context.fleet.file_at(url).await?;
        let original = original.ok_or_else(|| refused(&"the file at urlFile is gone"))?;
        let copy = instance.copy_file(&original).await?;
        return Ok(Arrived::stored(instance, copy, name).await);
    }
    tokio::select! {
        fetched = fetch_outside(context, instance, url, name) => fetched,
        () = instance.deleted() => Err(ApiError::Refused(DELETED.into())),
    }
}

fn is_ours(context: &Context, url: &str) -> bool {
    url.strip_prefix(context.fleet.base_url()).is_some_and(|rest| rest.starts_with("/files/"))
}

async fn fetch_outside(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    url: &str,
    name: &str,
) -> Result<Arrived, ApiError> {
    let file = context.fetcher.fetch_file(url, StoredFile::LARGEST).await;
    let mut file = file.map_err(|error| explain(error, url))?;
    let mut arriving = Arriving::begin(context, instance).await?;
    while let Some(bytes) = file.chunk().await.map_err(|error| explain(error, url))? {
        arriving.write(bytes).await?;
    }
    if arriving.is_empty() {
        return Err(refused(&"the file at urlFile is empty"));
    }
    arriving.keep(name, file.content_type()).await
}

/// The specification has a text for what is too large only; the rest is refused as unusable
/// parameters (section 2.1), with the reason behind it.
fn explain(error: OutboundError, url: &str) -> ApiError {
    match error {
        OutboundError::TooLarge { size, .. } => {
            // A server that does not say how long its answer is was cut off behind the limit.
            let size = size.unwrap_or(StoredFile::LARGEST + 1).div_ceil(MEGABYTE);
            let limit = StoredFile::LARGEST / MEGABYTE;
            ApiError::UrlFileTooLarge(format!(
                "File from url exceeded max upload size. Size: {size}mb Limit: {limit}mb Url: {url}"
            ))
        }
        OutboundError::NoClient(_) => ApiError::Internal(error.to_string()),
        error => refused(&error),
    }
}

fn refused(why: &dyn std::fmt::Display) -> ApiError {
    let why = why.to_string();
    let lines: Vec<&str> = why.lines().map(str::trim).collect();
    ApiError::Refused(format!("bad request data: {}", lines.join("; ")))
}
