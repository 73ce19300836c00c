use serde::Serialize;
use siskin_green_api::invalid;
use siskin_model::FileName;
use utoipa::ToSchema;

use crate::arriving::NO_ROOM;
use crate::call::{Answer, Call, ok};
use crate::description::Description;
use crate::error::ApiError;
use crate::request::{
    Carrier, Declaration, FormFile, Member, Request, bare_file, file, file_name, file_name_text,
    is_form, optional, receive_form, request,
};

/// The types that HTTP clients name when they know none.
const NO_TYPES: [&str; 2] = ["application/x-www-form-urlencoded", "application/octet-stream"];

request! {
    /// The file itself, at most 100 MB; named by the header GA-Filename, else by its type.
    /// A form with the file in it is taken too.
    struct UploadForm {
        file: FormFile = file(),
        name: FileName = optional("fileName", file_name_text(),
            "Its name, with extension; else that of the part.").map(Option::unwrap_or_default),
    }
}

/// The file is the body, or the file of a form, as one of the vendor's clients sends it.
pub(crate) struct UploadFile(FormFile);

impl Request<Call> for UploadFile {
    async fn receive(call: &mut Call) -> Result<Self, ApiError> {
        let header = file_name(call.request.headers());
        if is_form(call.request.headers()) {
            let UploadForm { file, name } = receive_form(call).await?;
            let named = header.or_else(|| (!name.is_empty()).then_some(name));
            let name = named.unwrap_or(file.name);
            return Ok(Self(FormFile { name, ..file }));
        }
        let request = call.take_request();
        let file = bare_file(&call.context, &call.instance, request).await?;
        if file.arriving.is_empty() {
            return Err(ApiError::member("file", invalid::EMPTY));
        }
        Ok(Self(file))
    }

    fn declaration() -> Declaration {
        Declaration { carrier: Carrier::BytesOrForm, ..Declaration::of::<UploadForm>() }
    }
}

/// Where a stored file can be had for 15 days.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UrlFile {
    #[schema(example = "https://gateway.example/files/7103000001/0123…/invoice.pdf")]
    url_file: String,
}

pub(crate) async fn handle(_: Call, UploadFile(file): UploadFile) -> Answer {
    let claimed = file.claimed.filter(|kind| !NO_TYPES.contains(&kind.essence()));
    let arrived = file.arriving.keep(&file.name, claimed.as_ref()).await?;
    ok(UrlFile { url_file: arrived.kept.url })
}

pub(crate) fn describe() -> Description {
    Description::answers::<UrlFile>()
        .refuses("Validation failed. Details: 'file' is not allowed to be empty")
        .fails(413, "Request Entity Too Large")
        .fails(503, NO_ROOM)
}

#[cfg(test)]
mod tests;
