//! Files in the bodies of requests: as `multipart/form-data`, and as they are.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest as _, Multipart, Request};
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode, header};
use http_body_util::Limited;
use serde_json::Value;
use siskin_fleet::Instance;
use siskin_green_api::refusals;
use siskin_model::{FileName, MimeType, StoredFile};

use super::{charset, disposition, json};
use crate::arriving::{Arriving, SILENCE, UPLOAD};
use crate::call::JsonObject;
use crate::context::Context;
use crate::error::ApiError;

/// What a form may have around its file, in bytes: boundaries, headers and fields.
const AROUND: usize = 1024 * 1024;
/// How many parts a form may have.
const MOST_PARTS: usize = 64;
/// The names under which the vendor's own clients send the file.
const FILES: [&str; 2] = ["file", "blob"];

/// What came in a body.
#[derive(Default)]
pub(super) struct Form {
    /// The parts that are text.
    pub texts: JsonObject,
    pub file: Option<FormFile>,
}

pub(crate) struct FormFile {
    pub arriving: Arriving,
    /// Its name; may be empty.
    pub name: FileName,
    /// The MIME type that the caller names.
    pub claimed: Option<MimeType>,
}

/// Whether a body is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = text_header(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Reads a form; its file goes to the disk as it comes. `texts` are the names of the
/// other parts that are wanted, which are texts, whatever else they look like.
pub(super) async fn read(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    request: Request,
    texts: &[&str],
) -> Result<Form, ApiError> {
    let request = bounded(request, AROUND)?;
    let multipart = Multipart::from_request(request, &()).await;
    let multipart = multipart.map_err(|_| ApiError::Refused(refusals::BAD_REQUEST.into()))?;
    let reading = Reading { context, instance, texts, form: Form::default(), size: 0 };
    in_time(instance, reading.all(multipart)).await
}

/// Reads a body that is nothing but the file.
pub(crate) async fn bare_file(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    request: Request,
) -> Result<FormFile, ApiError> {
    let name = file_name(request.headers());
    let claimed = text_header(request.headers(), header::CONTENT_TYPE.as_str());
    let claimed = claimed.and_then(|claimed| MimeType::parse(&claimed));
    let request = bounded(request, 0)?;
    let mut arriving = Arriving::begin(context, instance).await?;
    let mut body = request.into_body().into_data_stream();
    in_time(instance, async {
        while let Some(bytes) = next(&mut body, raw_error).await? {
            arriving.write(bytes).await?;
        }
        Ok(())
    })
    .await?;
    Ok(FormFile { arriving, name: name.unwrap_or_default(), claimed })
}

/// The name that the vendor's header gives a file.
pub(crate) fn file_name(headers: &HeaderMap) -> Option<FileName> {
    disposition::bare_file_name(headers.get("GA-Filename")?)
}

/// A header as text.
fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// Refuses a body that says of itself that it is too large, and bounds every other.
fn bounded(request: Request, around: usize) -> Result<Request, ApiError> {
    let largest = usize::try_from(StoredFile::LARGEST).unwrap_or(usize::MAX);
    let largest = largest.saturating_add(around);
    let said = text_header(request.headers(), header::CONTENT_LENGTH.as_str());
    if said.and_then(|said| said.parse().ok()).is_some_and(|said: usize| said > largest) {
        return Err(ApiError::UploadTooLarge);
    }
    Ok(request.map(|body| Body::new(Limited::new(body, largest))))
}

async fn in_time<T>(
    instance: &Instance,
    work: impl Future<Output = Result<T, ApiError>>,
) -> Result<T, ApiError> {
    tokio::select! {
        done = tokio::time::timeout(UPLOAD, work) => done.map_err(|_| ApiError::BodyTooSlow)?,
        () = instance.deleted() => Err(ApiError::Refused(refusals::DELETED.into())),
    }
}

/// The next bytes; a caller that goes silent is not waited for without end.
async fn next<E>(
    stream: &mut (impl Stream<Item = Result<Bytes, E>> + Unpin),
    refuse: impl FnOnce(E) -> ApiError,
) -> Result<Option<Bytes>, ApiError> {
    let bytes = tokio::time::timeout(SILENCE, stream.next()).await;
    bytes.map_err(|_| ApiError::BodyTooSlow)?.transpose().map_err(refuse)
}

fn raw_error(error: axum::Error) -> ApiError {
    match json::is_too_large(&error) {
        true => ApiError::UploadTooLarge,
        false => ApiError::Refused(refusals::BAD_REQUEST.into()),
    }
}

fn form_error(error: MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::UploadTooLarge,
        _ => ApiError::Refused(refusals::BAD_REQUEST.into()),
    }
}

struct Reading<'a> {
    context: &'a Arc<Context>,
    instance: &'a Arc<Instance>,
    texts: &'a [&'a str],
    form: Form,
    /// How many bytes of text have come.
    size: usize,
}

impl Reading<'_> {
    async fn all(mut self, mut multipart: Multipart) -> Result<Form, ApiError> {
        for _ in 0..MOST_PARTS {
            let part = tokio::time::timeout(SILENCE, multipart.next_field()).await;
            let part = part.map_err(|_| ApiError::BodyTooSlow)?.map_err(form_error)?;
            let Some(part) = part else { return Ok(self.form) };
            self.part(part).await?;
        }
        Err(ApiError::Refused(refusals::BAD_REQUEST.into()))
    }

    /// The file is the part that is called so, or any other that has a file's name.
    async fn part(&mut self, mut part: Field<'_>) -> Result<(), ApiError> {
        let name = part.name().unwrap_or_default().to_owned();
        if self.texts.contains(&name.as_str()) {
            return self.text(name, part).await;
        }
        let file_name = part.headers().get(header::CONTENT_DISPOSITION);
        let file_name = file_name.and_then(disposition::file_name);
        if FILES.contains(&name.as_str()) || file_name.is_some() {
            return self.file(part, file_name.unwrap_or_default()).await;
        }
        // A part that nobody asks for.
        while next(&mut part, form_error).await?.is_some() {}
        Ok(())
    }

    async fn text(&mut self, name: String, mut part: Field<'_>) -> Result<(), ApiError> {
        let kind = part.content_type().map(str::to_owned);
        let mut text = Vec::new();
        while let Some(bytes) = next(&mut part, form_error).await? {
            self.size += bytes.len();
            if self.size > json::MAX_BYTES {
                return Err(ApiError::BodyTooLarge);
            }
            text.extend_from_slice(&bytes);
        }
        let text = charset::decode(&text, kind.as_deref())?;
        self.form.texts.insert(name, Value::String(text));
        Ok(())
    }

    async fn file(&mut self, mut part: Field<'_>, name: FileName) -> Result<(), ApiError> {
        let claimed = part.content_type().and_then(MimeType::parse);
        let mut arriving = Arriving::begin(self.context, self.instance).await?;
        while let Some(bytes) = next(&mut part, form_error).await? {
            arriving.write(bytes).await?;
        }
        // Some clients send parts with nothing in them for what was left out.
        let has_file = self.form.file.as_ref().is_some_and(|file| !file.arriving.is_empty());
        match (has_file, arriving.is_empty()) {
            (true, false) => Err(ApiError::Refused(refusals::BAD_REQUEST.into())),
            (true, true) => Ok(()),
            (false, _) => {
                self.form.file = Some(FormFile { arriving, name, claimed });
                Ok(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_form_is_told_by_its_type() {
        for (kind, expected) in [
            ("multipart/form-data; boundary=x", true),
            ("Multipart/Form-Data; boundary=x", true),
            ("application/json", false),
        ] {
            let value = HeaderValue::from_static(kind);
            let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, value)]);
            assert_eq!(is_form(&headers), expected, "{kind}");
        }
    }
}
