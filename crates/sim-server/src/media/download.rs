//! `GET /v/…`: a client fetches an encrypted file, whole or in part.

use std::io::{self, SeekFrom};
use std::ops::Range;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures::stream::{self, StreamExt as _};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use super::faults::OVERLONG_BYTES;
use super::store::Stored;
use super::{MediaDirection, MediaFaultKind, MediaStore, query, refuse};
use crate::clock::unix_seconds;

/// Bytes that are read at a time.
const CHUNK: usize = 64 * 1024;

/// Answers with a file or a part of it.
pub(super) async fn download(
    State(media): State<Arc<MediaStore>>,
    Path((_, name)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
    headers: HeaderMap,
) -> Response {
    let raw = raw.unwrap_or_default();
    let fault = media.faults.take(MediaDirection::Download);
    match fault {
        Some(MediaFaultKind::Unavailable) => {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "the host is out of order");
        }
        Some(MediaFaultKind::Unauthorized) => {
            return refuse(StatusCode::UNAUTHORIZED, "the auth token is taken for a wrong one");
        }
        _ => {}
    }
    // The signed path is enough; a token that comes along has to be right all the same.
    let auth = query::value(&raw, "auth");
    if auth.is_some_and(|auth| !media.permits.allows(auth, unix_seconds())) {
        return refuse(StatusCode::UNAUTHORIZED, "the auth token is wrong or too old");
    }
    let stored = match media.find(&name, &raw) {
        Ok(stored) => stored,
        Err(StatusCode::FORBIDDEN) => {
            return refuse(StatusCode::FORBIDDEN, "the signature of the path is wrong or too old");
        }
        Err(status) => return refuse(status, "there is no such file any more"),
    };
    match send(stored, &headers, fault).await {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(%error, "cannot read a stored file");
            refuse(StatusCode::NOT_FOUND, "there is no such file")
        }
    }
}

async fn send(
    stored: Stored,
    headers: &HeaderMap,
    fault: Option<MediaFaultKind>,
) -> io::Result<Response> {
    let length = stored.length;
    let asked = headers.get(RANGE).and_then(|value| value.to_str().ok());
    let (status, mut range) = match asked.map(|asked| parse_range(asked, length)) {
        None | Some(RangeRequest::Whole) => (StatusCode::OK, 0..length),
        Some(RangeRequest::Part(range)) => (StatusCode::PARTIAL_CONTENT, range),
        Some(RangeRequest::Nothing) => {
            let answer = refuse(StatusCode::RANGE_NOT_SATISFIABLE, "there is no such range");
            return Ok(([(CONTENT_RANGE, format!("bytes */{length}"))], answer).into_response());
        }
    };
    if fault == Some(MediaFaultKind::Truncated) {
        range.end -= (range.end - range.start) / 2;
    }
    let said = format!("bytes {}-{}/{length}", range.start, range.end.saturating_sub(1));
    let mut promised = range.end - range.start;
    let mut file = File::open(&stored.path).await?;
    file.seek(SeekFrom::Start(range.start)).await?;
    let body = match fault {
        Some(MediaFaultKind::BreaksOff) => {
            let half = chunks(file, promised / 2);
            let end = stream::once(async { Err(io::ErrorKind::ConnectionAborted.into()) });
            Body::from_stream(half.chain(end))
        }
        Some(MediaFaultKind::Overlong) => {
            let surplus = stream::repeat_with(|| Ok(Bytes::from_static(&[0; 1024])));
            let surplus = surplus.take(OVERLONG_BYTES as usize / 1024);
            let whole = chunks(file, promised).chain(surplus);
            promised += OVERLONG_BYTES;
            Body::from_stream(whole)
        }
        _ => Body::from_stream(chunks(file, promised)),
    };
    let mut answer = (
        status,
        [(CONTENT_TYPE, "application/octet-stream".to_owned()), (ACCEPT_RANGES, "bytes".into())],
        [(CONTENT_LENGTH, promised.to_string())],
        body,
    )
        .into_response();
    if status == StatusCode::PARTIAL_CONTENT
        && let Ok(said) = said.parse()
    {
        answer.headers_mut().insert(CONTENT_RANGE, said);
    }
    Ok(answer)
}

/// The next `length` bytes of a file.
pub fn chunks(
    file: File,
    length: u64,
) -> impl futures::Stream<Item = io::Result<Bytes>> + Send + 'static {
    stream::try_unfold((file, length), async |(mut file, left)| {
        if left == 0 {
            return Ok(None);
        }
        let size = CHUNK.min(usize::try_from(left).unwrap_or(CHUNK));
        let mut buffer = vec![0; size];
        file.read_exact(&mut buffer).await?;
        Ok(Some((Bytes::from(buffer), (file, left - size as u64))))
    })
}

#[derive(Debug, PartialEq, Eq)]
enum RangeRequest {
    Whole,
    Part(Range<u64>),
    /// Beyond the end of the file.
    Nothing,
}

/// Reads a `Range` header. Anything but a single range of bytes asks for the whole.
fn parse_range(text: &str, length: u64) -> RangeRequest {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return RangeRequest::Whole;
    };
    let (start, end) = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) => (first, last.saturating_add(1).min(length)),
        (Ok(first), Err(_)) if last.is_empty() => (first, length),
        (Err(_), Ok(count)) if first.is_empty() => (length.saturating_sub(count), length),
        _ => return RangeRequest::Whole,
    };
    if start < end { RangeRequest::Part(start..end) } else { RangeRequest::Nothing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_range_is_understood() {
        assert_eq!(parse_range("bytes=0-9", 100), RangeRequest::Part(0..10));
        assert_eq!(parse_range("bytes=90-", 100), RangeRequest::Part(90..100));
        assert_eq!(parse_range("bytes=90-999", 100), RangeRequest::Part(90..100));
        assert_eq!(parse_range("bytes=-10", 100), RangeRequest::Part(90..100));
        assert_eq!(parse_range("bytes=100-", 100), RangeRequest::Nothing);
        for text in ["bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=-"] {
            assert_eq!(parse_range(text, 100), RangeRequest::Whole, "{text}");
        }
    }
}
