//! What messages with files have in common.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siskin_model::message::{FileContent, FileKind};
use siskin_model::{Content, FileName, MessageId, MimeType};
use wacore::download::MediaType;
use waproto::whatsapp as wa;

use super::{extension, unwrap};
use crate::media_url::DirectPath;

/// A text that may be missing.
pub(super) fn text(text: &Option<String>) -> String {
    text.clone().unwrap_or_default()
}

/// A picture as the API shows it.
pub(super) fn jpeg(bytes: Option<&[u8]>) -> String {
    bytes.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default()
}

/// A picture as WhatsApp takes it; `None` where there is none.
pub(super) fn jpeg_bytes(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok().filter(|bytes| !bytes.is_empty())
}

/// A text as WhatsApp takes it; `None` where there is none.
pub(super) fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

/// A message of one of the kinds that carry a file, with what all of them say about it and the
/// members that are its own. The protobuf has the same members in each kind, and no type for them.
macro_rules! carrying {
    ($Kind:ident, $file:ident, $uploaded:ident, { $($member:ident: $value:expr,)* }) => {
        $Kind {
            url: Some($uploaded.url.clone()),
            direct_path: Some($uploaded.direct_path.clone()),
            media_key: Some($uploaded.media_key.to_vec()),
            media_key_timestamp: Some($uploaded.media_key_timestamp),
            file_sha256: Some($uploaded.file_sha256.to_vec()),
            file_enc_sha256: Some($uploaded.file_enc_sha256.to_vec()),
            file_length: Some($uploaded.file_length),
            mimetype: Some($file.mime_type.to_string()),
            $($member: $value,)*
            ..Default::default()
        }
    };
}
pub(super) use carrying;

/// What a message says about its file.
pub(super) struct FileInfo<'a> {
    pub(super) kind: FileKind,
    pub(super) caption: &'a Option<String>,
    pub(super) name: Option<&'a str>,
    pub(super) mime_type: &'a Option<String>,
    pub(super) thumbnail: Option<&'a [u8]>,
    pub(super) is_animated: bool,
}

/// The file of a message, as it is before it was fetched.
pub(super) fn file(info: &FileInfo<'_>, id: &MessageId) -> Content {
    let mime_type = MimeType::from(info.mime_type.as_deref().unwrap_or_default());
    let named = info.name.map(FileName::new).filter(|name| !name.is_empty());
    let by_id = || format!("{id}.{}", extension::of(&mime_type)).into();
    let file_name = named.unwrap_or_else(by_id);
    Content::File(FileContent {
        kind: info.kind,
        file: None,
        too_large: false,
        caption: text(info.caption),
        file_name,
        mime_type,
        thumbnail: jpeg(info.thumbnail),
        is_animated: info.is_animated,
    })
}

/// Where WhatsApp has the file of a message, and how to open it.
pub(crate) struct FileReference {
    pub(crate) direct_path: DirectPath,
    pub(crate) media_key: Vec<u8>,
    pub(crate) file_sha256: Vec<u8>,
    pub(crate) file_enc_sha256: Vec<u8>,
    pub(crate) file_length: u64,
    pub(crate) media_type: MediaType,
}

/// The file of a message, if it has one that can be fetched: a path that leads elsewhere than
/// to WhatsApp is as good as none.
pub(crate) fn file_reference(message: &wa::Message) -> Option<FileReference> {
    let message = unwrap::innermost(message);
    macro_rules! first_of {
        ($($member:ident: $media_type:ident),+ $(,)?) => {
            $(
                if let Some(file) = message.$member.as_option() {
                    return Some(FileReference {
                        direct_path: DirectPath::parse(file.direct_path.as_deref()?)?,
                        media_key: file.media_key.clone()?,
                        file_sha256: file.file_sha256.clone().unwrap_or_default(),
                        file_enc_sha256: file.file_enc_sha256.clone().unwrap_or_default(),
                        file_length: file.file_length.unwrap_or_default(),
                        media_type: MediaType::$media_type,
                    });
                }
            )+
        };
    }
    first_of!(
        image_message: Image,
        video_message: Video,
        ptv_message: Video,
        audio_message: Audio,
        document_message: Document,
        sticker_message: Sticker,
    );
    None
}
