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
use siskin_model::StoredFile;

use crate::account::DELETED;
use crate::arriving::{Arriving, SILENCE, UPLOAD};
use crate::body;
use crate::charset;
use crate::context::Context;
use crate::error::ApiError;
use crate::fields::Members;
use crate::file_name;

/// What a form may have around its file, in bytes: boundaries, headers and fields.
const AROUND: usize = 1024 * 1024;
/// How many parts a form may have.
const MOST_PARTS: usize = 64;
/// The names of parts that are text, whatever else they look like.
const TEXTS: [&str; 6] =
    ["chatId", "fileName", "caption", "quotedMessageId", "typingTime", "typingType"];
/// The names under which the vendor's own clients send the file.
const FILES: [&str; 2] = ["file", "blob"];
/// What is said of a form that cannot be read (specification, section 2.1).
const BAD_REQUEST: &str = "bad request data";

/// What came in a body.
#[derive(Default)]
pub(crate) struct Form {
    /// The parts that are text.
    pub fields: Members,
    pub file: Option<FormFile>,
}

pub(crate) struct FormFile {
    pub arriving: Arriving,
    /// Its name, without folders; may be empty.
    pub name: String,
    /// The MIME type that the caller names.
    pub claimed: Option<String>,
}

/// Whether a body is a form.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = text_header(headers, header::CONTENT_TYPE.as_str()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("multipart/form-data")
}

/// Reads a form; its file goes to the disk as it comes.
pub(crate) async fn read(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    request: Request,
) -> Result<Form, ApiError> {
    let request = bounded(request, AROUND)?;
    let multipart = Multipart::from_request(request, &()).await;
    let multipart = multipart.map_err(|_| ApiError::Refused(BAD_REQUEST.into()))?;
    let reading = Reading { context, instance, form: Form::default(), text: 0 };
    in_time(instance, reading.all(multipart)).await
}

/// Reads a body that is nothing but the file.
pub(crate) async fn read_raw(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    request: Request,
) -> Result<FormFile, ApiError> {
    let name = file_name(request.headers());
    let claimed = text_header(request.headers(), header::CONTENT_TYPE.as_str());
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
pub(crate) fn file_name(headers: &HeaderMap) -> Option<String> {
    let name = file_name::plain(&text_header(headers, "GA-Filename")?);
    (!name.is_empty()).then_some(name)
}

/// A header as text; clients put names into it in raw UTF-8.
fn text_header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?;
    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
}

/// The name of a part that has it in another form than ASCII (RFC 5987): .NET's clients send
/// it so, beside one in words of mail.
fn extended_name(headers: &HeaderMap) -> Option<String> {
    let header = text_header(headers, header::CONTENT_DISPOSITION.as_str())?;
    let value = header.split(';').find_map(|part| part.trim().strip_prefix("filename*="))?;
    let (charset, rest) = value.split_once('\'')?;
    let (_language, encoded) = rest.split_once('\'')?;
    // The same encoding as in forms, but for the plus sign.
    let encoded = encoded.replace('+', "%2B").replace('&', "%26");
    let (name, _) = url::form_urlencoded::parse(encoded.as_bytes()).next()?;
    charset.eq_ignore_ascii_case("utf-8").then(|| name.into_owned())
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
        () = instance.deleted() => Err(ApiError::Refused(DELETED.into())),
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
    match body::is_too_large(&error) {
        true => ApiError::UploadTooLarge,
        false => ApiError::Refused(BAD_REQUEST.into()),
    }
}

fn form_error(error: MultipartError) -> ApiError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::UploadTooLarge,
        _ => ApiError::Refused(BAD_REQUEST.into()),
    }
}

struct Reading<'a> {
    context: &'a Arc<Context>,
    instance: &'a Arc<Instance>,
    form: Form,
    /// How many bytes of text have come.
    text: usize,
}

impl Reading<'_> {
    async fn all(mut self, mut multipart: Multipart) -> Result<Form, ApiError> {
        for _ in 0..MOST_PARTS {
            let part = tokio::time::timeout(SILENCE, multipart.next_field()).await;
            let part = part.map_err(|_| ApiError::BodyTooSlow)?.map_err(form_error)?;
            let Some(part) = part else { return Ok(self.form) };
            self.part(part).await?;
        }
        Err(ApiError::Refused(BAD_REQUEST.into()))
    }

    /// The file is the part that is called so, or any other that has a file's name.
    async fn part(&mut self, mut part: Field<'_>) -> Result<(), ApiError> {
        let name = part.name().unwrap_or_default().to_owned();
        if TEXTS.contains(&name.as_str()) {
            return self.text(name, part).await;
        }
        let has_file_name = part.file_name().is_some_and(|name| !name.is_empty());
        if FILES.contains(&name.as_str()) || has_file_name {
            return self.file(part).await;
        }
        // A part that nobody asks for.
        while next(&mut part, form_error).await?.is_some() {}
        Ok(())
    }

    async fn text(&mut self, name: String, mut part: Field<'_>) -> Result<(), ApiError> {
        let kind = part.content_type().map(str::to_owned);
        let mut text = Vec::new();
        while let Some(bytes) = next(&mut part, form_error).await? {
            self.text += bytes.len();
            if self.text > body::MAX_BYTES {
                return Err(ApiError::BodyTooLarge);
            }
            text.extend_from_slice(&bytes);
        }
        let text = charset::decode(&text, kind.as_deref())?;
        self.form.fields.insert(name, Value::String(text));
        Ok(())
    }

    async fn file(&mut self, mut part: Field<'_>) -> Result<(), ApiError> {
        let name = extended_name(part.headers());
        let name = name.or_else(|| part.file_name().map(str::to_owned)).unwrap_or_default();
        let name = file_name::plain(&name);
        let claimed = part.content_type().map(str::to_owned);
        let mut arriving = Arriving::begin(self.context, self.instance).await?;
        while let Some(bytes) = next(&mut part, form_error).await? {
            arriving.write(bytes).await?;
        }
        // Some clients send parts with nothing in them for what was left out.
        let has_file = self.form.file.as_ref().is_some_and(|file| !file.arriving.is_empty());
        match (has_file, arriving.is_empty()) {
            (true, false) => Err(ApiError::Refused(BAD_REQUEST.into())),
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
    fn names_in_every_alphabet_are_read() {
        for (header, name) in [
            ("form-data; name=file; filename*=utf-8''A%C3%B1o%20+1%262.pdf", Some("Año +1&2.pdf")),
            ("form-data; filename=\"=?utf-8?B?QQ==?=\"; filename*=UTF-8'es'A%3D1", Some("A=1")),
            ("form-data; filename*=iso-8859-1''A%F1o", None),
            ("form-data; filename=a.pdf", None),
            ("form-data; filename*=utf-8", None),
        ] {
            let value = HeaderValue::from_static(header);
            let headers = HeaderMap::from_iter([(header::CONTENT_DISPOSITION, value)]);
            assert_eq!(extended_name(&headers).as_deref(), name, "{header}");
        }
    }

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
