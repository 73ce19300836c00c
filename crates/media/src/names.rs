//! MIME types and the extensions of file names.

use std::path::Path;

/// The usual extensions, where a table of all of them lists rarer ones first or has none.
const USUAL: [(&str, &str); 25] = [
    ("application/gzip", "gz"),
    ("application/msword", "doc"),
    ("application/octet-stream", "bin"),
    ("application/vnd.ms-excel", "xls"),
    ("application/vnd.ms-powerpoint", "ppt"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
    ("audio/flac", "flac"),
    ("audio/mp4", "m4a"),
    ("audio/m4a", "m4a"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "oga"),
    ("audio/opus", "opus"),
    ("audio/wav", "wav"),
    ("image/jpeg", "jpg"),
    ("image/png", "png"),
    ("image/svg+xml", "svg"),
    ("image/tiff", "tiff"),
    ("image/webp", "webp"),
    ("text/calendar", "ics"),
    ("text/html", "html"),
    ("text/plain", "txt"),
    ("text/vcard", "vcf"),
    ("video/3gpp", "3gp"),
    ("video/mp4", "mp4"),
];

/// The usual extension of a MIME type, without a dot: `jpg` for `image/jpeg`. Parameters of
/// the type do not matter. `None`: it has none.
pub fn extension_of(mime_type: &str) -> Option<&'static str> {
    let essence = essence(mime_type).to_ascii_lowercase();
    let usual = USUAL.iter().find(|(mime, _)| *mime == essence).map(|(_, extension)| *extension);
    usual.or_else(|| mime_guess::get_mime_extensions_str(&essence)?.first().copied())
}

/// The MIME type that the extension of a file's name stands for.
pub fn mime_of(name: &str) -> Option<&'static str> {
    let extension = Path::new(name).extension()?.to_str()?;
    let usual = USUAL.iter().find(|(_, usual)| usual.eq_ignore_ascii_case(extension));
    usual.map(|(mime, _)| *mime).or_else(|| mime_guess::from_ext(extension).first_raw())
}

/// A MIME type without its parameters.
pub(crate) fn essence(mime_type: &str) -> &str {
    mime_type.split(';').next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_the_extension_that_people_expect() {
        for (mime, extension) in [
            ("image/jpeg", Some("jpg")),
            ("IMAGE/PNG", Some("png")),
            ("image/gif", Some("gif")),
            ("audio/ogg; codecs=opus", Some("oga")),
            ("video/quicktime", Some("mov")),
            ("application/pdf", Some("pdf")),
            ("application/zip", Some("zip")),
            (
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                Some("docx"),
            ),
            ("application/x-nobody-knows", None),
            ("", None),
        ] {
            assert_eq!(extension_of(mime), extension, "{mime}");
        }
    }

    #[test]
    fn a_name_tells_a_type_by_its_extension() {
        for (name, mime) in [
            ("Invoice.PDF", Some("application/pdf")),
            ("a.b.jpeg", Some("image/jpeg")),
            ("voice.ogg", Some("audio/ogg")),
            ("table.csv", Some("text/csv")),
            ("readme", None),
            (".hidden", None),
            ("", None),
        ] {
            assert_eq!(mime_of(name), mime, "{name}");
        }
    }

    #[test]
    fn every_usual_extension_leads_back_to_a_type_of_its_sort() {
        for (mime, extension) in USUAL {
            let back = mime_of(&format!("file.{extension}")).unwrap_or_default();
            let sort = |mime: &str| mime.split('/').next().map(str::to_owned);
            assert_eq!(sort(back), sort(mime), "{mime} {extension} {back}");
        }
    }
}
