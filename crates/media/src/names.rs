//! MIME types and the extensions of file names.

use siskin_model::{FileName, MimeType};

/// The usual extensions, where a table of all of them lists rarer ones first or has none.
const USUAL: [(&str, &str); 26] = [
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
    ("text/xml", "xml"),
    ("video/3gpp", "3gp"),
    ("video/mp4", "mp4"),
];

/// What follows the last dot of a name like an extension, and mostly is a word or the end of
/// a host's name: tables of all extensions have them.
const WORDS: [&str; 3] = ["com", "in", "me"];
/// The longest extension of a format that is not known here.
const LONGEST_UNKNOWN: usize = 10;
/// The extension of a file of which nothing is known (specification, `uploadFile`).
const UNKNOWN: &str = "bin";
/// The name of a file that has none.
const NAMELESS: &str = "file";

/// The usual extension of a MIME type, without a dot: `jpg` for `image/jpeg`. `None`: it has
/// none.
pub(crate) fn extension_of(mime_type: &MimeType) -> Option<&'static str> {
    let essence = mime_type.essence();
    let usual = USUAL.iter().find(|(mime, _)| *mime == essence).map(|(_, extension)| *extension);
    usual.or_else(|| mime_guess::get_mime_extensions_str(essence)?.first().copied())
}

/// The MIME type that the extension of a file's name stands for.
pub(crate) fn mime_of(name: &FileName) -> Option<&'static str> {
    let (_, extension) = name.parts()?;
    let is_number = extension.bytes().all(|b| b.is_ascii_digit());
    if is_number || WORDS.iter().any(|word| word.eq_ignore_ascii_case(extension)) {
        return None;
    }
    let usual = USUAL.iter().find(|(_, usual)| usual.eq_ignore_ascii_case(extension));
    usual.map(|(mime, _)| *mime).or_else(|| mime_guess::from_ext(extension).first_raw())
}

/// The name under which a file of that type goes out, with an extension. Its own is one where
/// it is known, not whatever follows the last dot: "Invoice No. 12" has none, nor has "v1.2".
pub fn complete(name: &FileName, mime_type: &MimeType) -> FileName {
    let name = if name.is_empty() { NAMELESS } else { name.as_str() };
    let bare = FileName::new(name);
    let own = mime_of(&bare);
    // A page that is called like something else is no such thing.
    if own.is_some() && !is_page_instead_of(own, mime_type) {
        return bare;
    }
    match extension_of(mime_type).filter(|_| !mime_type.is_unknown()) {
        Some(extension) => format!("{name}.{extension}").into(),
        None if is_like_an_extension(&bare) => bare,
        None => format!("{name}.{UNKNOWN}").into(),
    }
}

/// The name of a file that was made into another format: the extension of the old one goes.
pub fn renamed(name: &FileName, mime_type: &MimeType) -> FileName {
    let stem = match (mime_of(name), name.parts()) {
        (Some(_), Some((stem, _))) => stem.into(),
        _ => name.clone(),
    };
    let stem = if stem.is_empty() { NAMELESS } else { stem.as_str() };
    format!("{stem}.{}", extension_of(mime_type).unwrap_or(UNKNOWN)).into()
}

/// Whether the bytes of a file are a page, though its name promises a format that no page is:
/// what servers send in place of what they do not give.
pub fn is_page_in_disguise(name: &FileName, mime_type: &MimeType) -> bool {
    is_page_instead_of(mime_of(name), mime_type)
}

fn is_page_instead_of(promised: Option<&str>, real: &MimeType) -> bool {
    promised.is_some_and(|promised| is_page(real) && promised != real.essence())
}

/// Whether a type is that of pages, and of what servers say in other words.
pub(crate) fn is_page(mime_type: &MimeType) -> bool {
    matches!(mime_type.essence(), "text/html" | "text/xml")
}

/// Whether the part behind the last dot may be the extension of a format that is not known.
fn is_like_an_extension(name: &FileName) -> bool {
    name.parts().is_some_and(|(_, extension)| {
        extension.len() <= LONGEST_UNKNOWN
            && extension.bytes().all(|b| b.is_ascii_alphanumeric())
            && extension.bytes().any(|b| b.is_ascii_alphabetic())
    })
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
        ] {
            assert_eq!(extension_of(&mime.into()), extension, "{mime}");
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
            ("Invoice No. 12", None),
            ("Invoice No.123", None),
            ("v1.2", None),
            ("Dr. Smith", None),
            ("For acme.com", None),
        ] {
            assert_eq!(mime_of(&name.into()), mime, "{name}");
        }
    }

    #[test]
    fn every_usual_extension_leads_back_to_a_type_of_its_sort() {
        for (mime, extension) in USUAL {
            let back = mime_of(&format!("file.{extension}").into()).unwrap_or_default();
            let sort = |mime: &str| mime.split('/').next().map(str::to_owned);
            assert_eq!(sort(back), sort(mime), "{mime} {extension} {back}");
        }
    }

    #[test]
    fn a_name_without_a_known_extension_gets_that_of_its_type() {
        for (name, mime, completed) in [
            ("photo.png", "image/jpeg", "photo.png"),
            ("photo", "image/jpeg", "photo.jpg"),
            ("Invoice No. 5", "application/pdf", "Invoice No. 5.pdf"),
            ("Invoice No. 12", "application/pdf", "Invoice No. 12.pdf"),
            ("Offer v1.2", "application/pdf", "Offer v1.2.pdf"),
            ("Letter to Dr. Smith", "application/pdf", "Letter to Dr. Smith.pdf"),
            ("Letter to Dr.Smith", "application/pdf", "Letter to Dr.Smith.pdf"),
            ("For acme.com", "application/pdf", "For acme.com.pdf"),
            ("settings.wxyz", "application/octet-stream", "settings.wxyz"),
            ("Part 1.2", "application/octet-stream", "Part 1.2.bin"),
            ("", "application/x-nobody-knows", "file.bin"),
            ("", "application/octet-stream", "file.bin"),
        ] {
            assert_eq!(complete(&name.into(), &mime.into()).as_str(), completed);
        }
    }

    #[test]
    fn a_page_is_called_one() {
        for (name, mime, completed) in [
            ("a.pdf", "text/html", "a.pdf.html"),
            ("a.jpg", "text/xml", "a.jpg.xml"),
            ("a.htm", "text/html", "a.htm"),
            ("a", "text/html", "a.html"),
        ] {
            assert_eq!(complete(&name.into(), &mime.into()).as_str(), completed);
            let is_in_disguise = completed.len() > name.len() && name.contains('.');
            assert_eq!(is_page_in_disguise(&name.into(), &mime.into()), is_in_disguise);
        }
    }

    #[test]
    fn what_became_another_format_is_called_so() {
        for (name, mime, new) in [
            ("beach.webp", "image/jpeg", "beach.jpg"),
            ("beach", "image/png", "beach.png"),
            ("Beach No. 12", "image/png", "Beach No. 12.png"),
            ("", "image/png", "file.png"),
        ] {
            assert_eq!(renamed(&name.into(), &mime.into()).as_str(), new);
        }
    }
}
