//! `GET /files/{idInstance}/{token}/{name}`: stored files, open to whoever has the secret in
//! the address. WhatsApp's other side sent many of them, so no browser may take one for a
//! page of ours.

use std::io::ErrorKind;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use siskin_fleet::{KeptFile, MessageError};
use siskin_green_api::refusals;
use siskin_model::{FileToken, InstanceId, MimeType, UnixMillis};
use tower_http::services::ServeFile;

use crate::context::Context;
use crate::entry::{allow_every_origin, preflight};
use crate::error::{ApiError, iso};

/// Where files are; the name is for people.
pub(crate) const PATH: &str = "/files/{idInstance}/{token}/{name}";

/// For the holder of the secret, not for caches on the way.
const CACHING: &str = "private, max-age=3600";
/// What a file can do that a browser shows by itself: be seen and heard.
const POLICY: &str = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; \
                      style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// The types that a browser may show by itself: it does nothing with them but paint and play.
/// PDF is not among them, since Chromium's viewer does not start in a sandbox.
const SHOWN: [&str; 8] = [
    "audio/mp4",
    "audio/mpeg",
    "audio/ogg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "video/mp4",
];
/// What pages of other origins may read of an answer.
const EXPOSED: &str =
    "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, X-Amz-Expiration";

pub(crate) async fn serve(
    State(context): State<Arc<Context>>,
    Path((id, token, _name)): Path<(String, String, String)>,
    request: Request,
) -> Response {
    let mut response = match find(&context, &id, &token).await {
        Ok(kept) => bytes(&kept, request).await,
        Err(MessageError::Store(error)) => {
            tracing::error!(%error, "a file could not be looked up");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(error @ (MessageError::NoRoom | MessageError::HeldBack { .. })) => later(error),
        Err(_) => not_found(),
    };
    allow_every_origin(&mut response);
    response
}

/// Browsers ask before they fetch a file of another origin with headers of their own.
pub(crate) async fn options(request: Request) -> Response {
    let mut response = preflight(&request);
    allow_every_origin(&mut response);
    response
}

/// Waits, bounded, for a file that is still being fetched from WhatsApp.
async fn find(context: &Context, id: &str, token: &str) -> Result<KeptFile, MessageError> {
    let id: InstanceId = id.parse().map_err(|_| MessageError::NoFile)?;
    let token = FileToken::parse(token).ok_or(MessageError::NoFile)?;
    let instance = context.fleet.get(id).ok_or(MessageError::NoFile)?;
    tokio::select! {
        kept = instance.open_file(&token) => kept,
        () = instance.deleted() => Err(MessageError::NoFile),
    }
}

fn not_found() -> Response {
    (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], refusals::NO_FILE)
        .into_response()
}

/// The file can be had after a while.
fn later(error: MessageError) -> Response {
    let mut response = ApiError::from(error).into_response("", UnixMillis(0));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

async fn bytes(kept: &KeptFile, request: Request) -> Response {
    // Who asks for several parts at once gets all, as if nobody knew of parts (RFC 9110).
    let mut file = ServeFile::new(&kept.path).ignore_multi_range_requests(true);
    let served = file.try_call(request).await;
    let mut response = match served {
        Ok(response) if response.status() != StatusCode::NOT_FOUND => response.map(Body::new),
        Ok(_) => return not_found(),
        Err(error) if error.kind() == ErrorKind::NotFound => return not_found(),
        Err(error) => {
            tracing::error!(%error, "a stored file cannot be read");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    describe(response.headers_mut(), &kept.file.name, &kept.file.mime_type);
    // In the form of the store that the vendor keeps files in; its C++ client asks for it.
    let expires = iso(kept.file.expires, "%a, %d %b %Y %H:%M:%S GMT");
    let expires = format!("expiry-date=\"{expires}\", rule-id=\"siskin\"");
    if let Ok(expires) = HeaderValue::try_from(expires) {
        response.headers_mut().insert("x-amz-expiration", expires);
    }
    response
}

fn describe(headers: &mut HeaderMap, name: &str, mime_type: &MimeType) {
    let mut set = |name: HeaderName, value: &str| {
        // What no header can carry is left out.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, mime_type);
    set(header::CONTENT_DISPOSITION, &disposition(name, SHOWN.contains(&mime_type.essence())));
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CACHE_CONTROL, CACHING);
    set(header::ACCEPT_RANGES, "bytes");
    set(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    set(HeaderName::from_static("cross-origin-resource-policy"), "cross-origin");
}

/// The header with the name in plain ASCII and, for whoever reads that, as it is (RFC 6266).
fn disposition(name: &str, inline: bool) -> String {
    let kind = if inline { "inline" } else { "attachment" };
    let plain = |c: char| if c.is_ascii_alphanumeric() || " ._-".contains(c) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let encoded: String = name.bytes().map(encoded).collect();
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// A byte as RFC 5987 has it.
fn encoded(byte: u8) -> String {
    match byte {
        b if b.is_ascii_alphanumeric() || b"._-".contains(&b) => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    }
}

#[cfg(test)]
mod tests;
