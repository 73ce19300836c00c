//! MIME types and the extensions of file names.

/// The usual extension of a MIME type, without a dot: `jpg` for `image/jpeg`. Parameters of
/// the type do not matter. `None`: it has none.
pub fn extension_of(mime_type: &str) -> Option<&'static str> {
    let essence = mime_type.split(';').next().unwrap_or_default().trim();
    mime_guess::get_mime_extensions_str(essence)?.first().copied()
}

/// The MIME type that the extension of a file's name stands for.
pub fn mime_of(name: &str) -> Option<&'static str> {
    mime_guess::from_path(name).first_raw()
}
