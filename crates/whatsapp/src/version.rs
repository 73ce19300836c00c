use std::path::PathBuf;

use parking_lot::Mutex;

/// The version of WhatsApp's web client that our clients say they are.
pub type Version = (u32, u32, u32);

/// What the clients say while no newer version is known: the one that was current when the
/// engine was released.
const FALLBACK: Version = (2, 3000, 1_026_131_876);

/// The page that names the current version (engine, `version.rs`).
pub const VERSION_PAGE: &str = "https://web.whatsapp.com/sw.js";

/// One version for all clients of the process, remembered on disk: left to itself every
/// client would fetch it on its own.
pub struct Versions {
    current: Mutex<Version>,
    file: Option<PathBuf>,
}

impl Versions {
    /// A version that stays as it is; what a simulator gets.
    pub fn fixed() -> Self {
        Self { current: Mutex::new(FALLBACK), file: None }
    }

    /// The version that was remembered in `file`, or the fallback.
    pub fn remembered(file: PathBuf) -> Self {
        let remembered = std::fs::read_to_string(&file).ok().and_then(|text| parse(&text));
        Self { current: Mutex::new(remembered.unwrap_or(FALLBACK)), file: Some(file) }
    }

    /// The version to use now.
    pub fn current(&self) -> Version {
        *self.current.lock()
    }

    /// Takes the version over from the text of [`VERSION_PAGE`] and remembers it. `None`:
    /// the page does not name one.
    pub fn learn(&self, page: &str) -> Option<Version> {
        let version = wacore::version::parse_sw_js(page)?;
        *self.current.lock() = version;
        if let Some(file) = &self.file {
            let (primary, secondary, tertiary) = version;
            let text = format!("{primary}.{secondary}.{tertiary}\n");
            if let Err(error) = std::fs::write(file, text) {
                tracing::warn!(%error, "WhatsApp's version is not remembered");
            }
        }
        Some(version)
    }
}

fn parse(text: &str) -> Option<Version> {
    let mut parts = text.trim().splitn(3, '.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remembered_version_is_read_back() {
        assert_eq!(parse("2.3000.123\n"), Some((2, 3000, 123)));
        for text in ["", "2.3000", "a.b.c"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_page_without_a_version_changes_nothing() {
        let versions = Versions::fixed();
        assert_eq!(versions.learn("<html></html>"), None);
        assert_eq!(versions.current(), FALLBACK);
    }
}
