//! Extensions of names, for files that come without one.

use siskin_model::MimeType;

/// MIME types whose second half is not their extension.
const KNOWN: [(&str, &str); 30] = [
    ("application/gzip", "gz"),
    ("application/msword", "doc"),
    ("application/octet-stream", "bin"),
    ("application/vnd.android.package-archive", "apk"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"),
    ("application/vnd.oasis.opendocument.text", "odt"),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-rar-compressed", "rar"),
    ("application/x-tar", "tar"),
    ("application/zip", "zip"),
    ("audio/mp4", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/x-m4a", "m4a"),
    ("audio/x-wav", "wav"),
    ("image/heic", "heic"),
    ("image/jpeg", "jpg"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tif"),
    ("text/calendar", "ics"),
    ("text/plain", "txt"),
    ("text/vcard", "vcf"),
    ("video/3gpp", "3gp"),
    ("video/quicktime", "mov"),
    ("video/x-matroska", "mkv"),
];
/// The longest second half of a MIME type that is taken for an extension.
const LONGEST: usize = 5;

/// The extension of a file of that type, without a dot.
pub(super) fn of(mime_type: &MimeType) -> &str {
    let plain = mime_type.essence();
    if let Some((_, extension)) = KNOWN.iter().find(|(known, _)| *known == plain) {
        return extension;
    }
    let subtype = plain.split_once('/').map(|(_, subtype)| subtype).unwrap_or_default();
    let usable = !subtype.is_empty()
        && subtype.len() <= LONGEST
        && subtype.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if usable { subtype } else { "bin" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_an_extension() {
        for (mime_type, extension) in [
            ("image/jpeg", "jpg"),
            ("image/png", "png"),
            ("audio/ogg; codecs=opus", "ogg"),
            ("application/pdf", "pdf"),
            ("application/x-unheard-of", "bin"),
            ("../../etc", "bin"),
            ("", "bin"),
        ] {
            assert_eq!(of(&mime_type.into()), extension, "{mime_type}");
        }
    }
}
