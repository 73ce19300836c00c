use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use crate::arriving::NO_ROOM;
use crate::call::{Answer, Call, ok};
use crate::context::Context;
use crate::error::ApiError;
use crate::fields::Members;
use crate::form::{self, FormFile};
use crate::openapi::Description;
use siskin_fleet::Instance;
use siskin_model::FileName;

/// The types that HTTP clients name when they know none.
const NO_TYPES: [&str; 2] = ["application/x-www-form-urlencoded", "application/octet-stream"];

/// Where a stored file can be had for 15 days.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UrlFile {
    #[schema(example = "https://gateway.example/files/7103000001/0123…/invoice.pdf")]
    url_file: String,
}

/// The file is the body, or the file of a form, as one of the vendor's clients sends it.
pub(crate) async fn handle(call: Call) -> Answer {
    let file = file(&call.context.clone(), &call.instance.clone(), call).await?;
    if file.arriving.is_empty() {
        return Err(ApiError::member("file", "is not allowed to be empty"));
    }
    let claimed = file.claimed.filter(|kind| !NO_TYPES.contains(&kind.essence()));
    let arrived = file.arriving.keep(&file.name, claimed.as_ref()).await?;
    ok(UrlFile { url_file: arrived.kept.url })
}

async fn file(
    context: &Arc<Context>,
    instance: &Arc<Instance>,
    call: Call,
) -> Result<FormFile, ApiError> {
    let header = form::file_name(call.request.headers());
    if !form::is_form(call.request.headers()) {
        return form::read_raw(context, instance, call.request).await;
    }
    let form = form::read(context, instance, call.request).await?;
    let file = form.file.ok_or_else(|| ApiError::member("file", "is required"))?;
    let name = header.or_else(|| named_by_part(&form.fields)).unwrap_or(file.name);
    Ok(FormFile { name, ..file })
}

fn named_by_part(fields: &Members) -> Option<FileName> {
    let name = FileName::new(fields.get("fileName")?.as_str()?);
    (!name.is_empty()).then_some(name)
}

pub(crate) fn describe() -> Description {
    Description::answers::<UrlFile>()
        .bytes(
            "The file itself, at most 100 MB; named by the header GA-Filename, else by its \
             type. A form with the file in it is taken too.",
        )
        .refuses("Validation failed. Details: 'file' is not allowed to be empty")
        .fails(413, "Request Entity Too Large")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
