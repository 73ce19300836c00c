//! `POST /mms/{kind}/{token}?auth=&token=`: a client uploads an encrypted file, in one go or
//! from where an earlier attempt broke off.

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use futures::StreamExt as _;
use serde_json::json;
use sha2::Digest as _;
use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt as _;

use super::permits::{is_token, token as token_of};
use super::store::MAX_FILE;
use super::{MediaDirection, MediaFaultKind, MediaStore, query, refuse};
use crate::clock::unix_seconds;

/// A client that sends nothing for so long has gone.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes that are hashed at a time.
const HASH_BUFFER: usize = 256 * 1024;

/// Answers an upload, or how much of it is there already.
pub(super) async fn upload(
    State(media): State<Arc<MediaStore>>,
    Path((kind, token)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
    request: Request,
) -> Response {
    let raw = raw.unwrap_or_default();
    let (head, body) = request.into_parts();
    let mut body = body.into_data_stream();
    let answer = take(&media, &token, &raw, &head.headers, &mut body).await;
    tracing::debug!(kind, status = answer.status().as_u16(), "upload");
    if answer.extensions().get::<BrokenOff>().is_none() {
        // A client that is still sending reads no answer.
        drain(&mut body).await;
    }
    answer
}

/// Marks an answer that nobody is to get.
#[derive(Clone, Copy)]
struct BrokenOff;

async fn take(
    media: &MediaStore,
    token: &str,
    raw: &str,
    headers: &HeaderMap,
    body: &mut BodyDataStream,
) -> Response {
    let auth = query::value(raw, "auth").unwrap_or_default();
    if !media.permits.allows(auth, unix_seconds()) {
        return refuse(StatusCode::UNAUTHORIZED, "the auth token is wrong or too old");
    }
    if !is_token(token) || query::value(raw, "token") != Some(token) {
        return refuse(StatusCode::BAD_REQUEST, "the token is not the hash of a file");
    }
    if query::value(raw, "resume").is_some() {
        return progress(media, token);
    }
    let fault = media.faults.take(MediaDirection::Upload);
    match fault {
        Some(MediaFaultKind::Unavailable) => {
            return refuse(StatusCode::SERVICE_UNAVAILABLE, "the host is out of order");
        }
        Some(MediaFaultKind::Unauthorized) => {
            return refuse(StatusCode::UNAUTHORIZED, "the auth token is taken for a wrong one");
        }
        Some(MediaFaultKind::Truncated) => {
            return refuse(StatusCode::BAD_REQUEST, "nothing arrived");
        }
        _ => {}
    }
    let length = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    let Some(length) = length else {
        return refuse(StatusCode::LENGTH_REQUIRED, "an upload needs a Content-Length");
    };
    let offset = query::value(raw, "file_offset").map_or(Ok(0), str::parse::<u64>);
    let Ok(offset) = offset else {
        return refuse(StatusCode::BAD_REQUEST, "file_offset is not a number");
    };
    if offset.saturating_add(length) > MAX_FILE {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the file is too large");
    }
    let turn = media.turn(token);
    let _turn = turn.lock().await;
    if media.locate(token).is_some() {
        return stored(media, token);
    }
    let limit = (fault == Some(MediaFaultKind::BreaksOff)).then_some(length / 2);
    receive(media, token, offset, limit, body).await
}

/// Writes what arrives behind what is there, and checks the whole.
async fn receive(
    media: &MediaStore,
    token: &str,
    offset: u64,
    limit: Option<u64>,
    body: &mut BodyDataStream,
) -> Response {
    let (path, present) = media.part(token);
    if offset > 0 && offset != present {
        return refuse(StatusCode::CONFLICT, "file_offset is not where the upload broke off");
    }
    media.begin(token);
    match write(&path, offset, limit, body).await {
        Ok(true) => {}
        Ok(false) => return broken_off(),
        Err(error) => {
            tracing::warn!(%error, "cannot write an upload");
            return refuse(StatusCode::INTERNAL_SERVER_ERROR, "the host cannot write");
        }
    }
    match hash(path).await {
        Ok(hash) if hash == token => {}
        Ok(_) => {
            media.discard(token);
            return refuse(StatusCode::BAD_REQUEST, "the file does not have the token's hash");
        }
        Err(error) => {
            tracing::warn!(%error, "cannot read an upload");
            return refuse(StatusCode::INTERNAL_SERVER_ERROR, "the host cannot read");
        }
    }
    if let Err(error) = media.finish(token) {
        tracing::warn!(%error, "cannot keep an upload");
        return refuse(StatusCode::INTERNAL_SERVER_ERROR, "the host cannot write");
    }
    stored(media, token)
}

/// Appends the body to the part. `false` when the client broke off, or at the limit; what has
/// arrived stays.
async fn write(
    path: &PathBuf,
    offset: u64,
    limit: Option<u64>,
    body: &mut BodyDataStream,
) -> io::Result<bool> {
    let mut options = OpenOptions::new();
    options.create(true).write(true).append(offset > 0).truncate(offset == 0);
    let mut file = options.open(path).await?;
    let mut left = limit.unwrap_or(u64::MAX);
    let whole = loop {
        match tokio::time::timeout(IDLE_TIMEOUT, body.next()).await {
            Ok(Some(Ok(bytes))) => {
                let room = usize::try_from(left).unwrap_or(usize::MAX);
                file.write_all(&bytes[..bytes.len().min(room)]).await?;
                left = left.saturating_sub(bytes.len() as u64);
                if left == 0 {
                    break false;
                }
            }
            Ok(None) => break limit.is_none(),
            Ok(Some(Err(_))) | Err(_) => break false,
        }
    };
    file.flush().await?;
    Ok(whole)
}

/// The hash of a file, as URLs carry it.
async fn hash(path: PathBuf) -> io::Result<String> {
    let read = move || {
        let mut file = std::fs::File::open(path)?;
        let mut hash = sha2::Sha256::new();
        let mut buffer = vec![0; HASH_BUFFER];
        loop {
            let count = file.read(&mut buffer)?;
            if count == 0 {
                return Ok(token_of(&hash.finalize()));
            }
            hash.update(&buffer[..count]);
        }
    };
    tokio::task::spawn_blocking(read).await.map_err(io::Error::other)?
}

/// How much of a file is there: all of it, or so many bytes.
fn progress(media: &MediaStore, token: &str) -> Response {
    if let Some((url, direct_path)) = media.locate(token) {
        let body = json!({ "resume": "complete", "url": url, "direct_path": direct_path });
        return axum::Json(body).into_response();
    }
    let (_, present) = media.part(token);
    axum::Json(json!({ "resume": present.to_string() })).into_response()
}

fn stored(media: &MediaStore, token: &str) -> Response {
    match media.locate(token) {
        Some((url, direct_path)) => {
            axum::Json(json!({ "url": url, "direct_path": direct_path })).into_response()
        }
        None => refuse(StatusCode::INSUFFICIENT_STORAGE, "the file was lost at once"),
    }
}

/// An answer that ends the connection instead of reaching anybody.
fn broken_off() -> Response {
    let failing = futures::stream::once(async {
        Err::<&[u8], _>(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let mut answer = Body::from_stream(failing).into_response();
    answer.extensions_mut().insert(BrokenOff);
    answer
}

/// Reads the rest of a refused upload.
async fn drain(body: &mut BodyDataStream) {
    while let Ok(Some(Ok(_))) = tokio::time::timeout(IDLE_TIMEOUT, body.next()).await {}
}
