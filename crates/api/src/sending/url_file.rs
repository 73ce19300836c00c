//! Files that a caller names by an address.

use std::sync::Arc;
use std::time::Duration;

use siskin_fleet::Instance;
use siskin_green_api::refusals;
use siskin_media::{examine, is_page_in_disguise};
use siskin_model::{FileName, MimeType, StoredFile};
use siskin_outbound::{IncomingFile, OutboundError};
use tokio::time::Instant;

use crate::arriving::{Arrived, Arriving};
use crate::context::Context;
use crate::error::ApiError;

const MEGABYTE: u64 = 1024 * 1024;
/// When a caller is told that an address cannot be reached, at the earliest.
const UNREACHABLE: Duration = Duration::from_secs(1);
/// What a caller is told of every address that gave no answer. Whether a host is private,
/// closed, silent or unknown is a map of the operator's network: it is for the log.
const NO_ANSWER: &str = "urlFile could not be reached: it has to be on the public internet and \
                         to answer; the log of the gateway says more";

/// A file that is to be sent.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub url: &'a str,
    pub name: &'a FileName,
    pub caption: &'a str,
}

/// Stores the file at an address, to be sent. An address of this gateway is looked up, not
/// called.
pub(super) async fn fetch(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    wanted: Wanted<'_>,
) -> Result<Arrived, ApiError> {
    if is_ours(context, wanted.url) {
        return fetch_own(context, instance, wanted).await;
    }
    tokio::select! {
        fetched = fetch_outside(context, instance, wanted) => fetched,
        () = instance.deleted() => Err(ApiError::Refused(refusals::DELETED.into())),
    }
}

fn is_ours(context: &Context, url: &str) -> bool {
    url.strip_prefix(context.fleet.base_url()).is_some_and(|rest| rest.starts_with("/files/"))
}

async fn fetch_own(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    wanted: Wanted<'_>,
) -> Result<Arrived, ApiError> {
    let Wanted { url, name, caption } = wanted;
    let original = context.fleet.file_at(url).await?;
    let original = original.ok_or_else(|| refused(&"the file at urlFile is gone"))?;
    let claimed = Some(&original.file.mime_type);
    let (id, path) = (instance.id(), &original.path);
    let seen = examine(id, path, name, claimed, !caption.is_empty()).await;
    if !seen.must_be_remade {
        let copy = instance.copy_file(&original).await?;
        return Ok(Arrived::stored(copy, seen, name));
    }
    let mut arriving = Arriving::begin(context, instance).await?;
    arriving.copy(&original.path).await?;
    arriving.keep_to_send(name, claimed, caption).await
}

async fn fetch_outside(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    wanted: Wanted<'_>,
) -> Result<Arrived, ApiError> {
    let Wanted { url, name, caption } = wanted;
    let mut file = begin(context, instance, url).await?;
    let mut arriving = Arriving::begin(context, instance).await?;
    while let Some(bytes) = file.chunk().await.map_err(|error| explain(error, url))? {
        arriving.write(bytes).await?;
    }
    if arriving.is_empty() {
        return Err(refused(&"the file at urlFile is empty"));
    }
    let claimed = file.content_type().and_then(MimeType::parse);
    let arrived = arriving.keep_to_send(name, claimed.as_ref(), caption).await?;
    let real = arrived.seen.mime_type.clone();
    if is_page_in_disguise(name, &real) {
        arrived.discard(context, instance).await;
        // A page of its own, to sign in or about an error.
        return Err(refused(&format!("the server at urlFile answers with a page ({real})")));
    }
    Ok(arrived)
}

async fn begin(
    context: &Context,
    instance: &Instance,
    url: &str,
) -> Result<IncomingFile, ApiError> {
    let begun = Instant::now();
    let error = match context.fetcher.fetch_file(url, StoredFile::LARGEST).await {
        Ok(file) => return Ok(file),
        Err(error) => error,
    };
    let gave_no_answer = matches!(
        error,
        OutboundError::Forbidden { .. }
            | OutboundError::Unreachable { .. }
            | OutboundError::TimedOut
    );
    if !gave_no_answer {
        return Err(explain(error, url));
    }
    tracing::warn!(instance = %instance.id(), %error, "the file at urlFile cannot be had");
    // A name that is known inside, a closed port and a forbidden network fail at once, each
    // after a time of its own.
    tokio::time::sleep_until(begun + UNREACHABLE).await;
    Err(refused(&NO_ANSWER))
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
