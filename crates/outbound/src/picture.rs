//! Pictures by their first bytes; what a server calls them does not matter.

/// How many bytes say it.
const SIGNATURE: usize = 12;

/// Whether bytes begin like a JPEG, PNG, GIF, BMP or WebP.
pub(crate) fn is_picture(bytes: &[u8]) -> bool {
    let begins = |with: &[u8]| bytes.starts_with(with);
    begins(b"\xff\xd8\xff")
        || begins(b"\x89PNG\r\n\x1a\n")
        || begins(b"GIF8")
        || begins(b"BM")
        || (begins(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"))
}

/// Whether what has come so far can still turn out to be a picture.
pub(crate) fn may_begin(bytes: &[u8]) -> bool {
    bytes.len() < SIGNATURE || is_picture(bytes)
}
