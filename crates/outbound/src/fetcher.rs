use crate::{Outbound, OutboundError, Policy};

/// Fetches what messages point to: files by their address, pages and pictures for previews.
///
/// A client of its own, apart from the one for webhooks: these addresses come with every
/// message, so its [`Policy`] is [`Policy::Public`] unless the operator says otherwise.
/// Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Fetcher {
    outbound: Outbound,
}

impl Fetcher {
    /// Makes a fetcher that goes where the policy lets it.
    pub fn new(policy: Policy) -> Self {
        Self { outbound: Outbound::new(policy) }
    }

    /// Asks for a file of at most `largest` bytes, over at most five redirects. Its bytes come
    /// from [`IncomingFile::chunk`].
    ///
    /// # Errors
    /// See [`OutboundError`]: `InvalidUrl`, `Forbidden`, `Unreachable`, `TimedOut`, `Status`,
    /// `Redirects`, and `TooLarge` if the server says so beforehand.
    pub async fn fetch_file(&self, url: &str, largest: u64) -> Result<IncomingFile, OutboundError> {
        let _ = (&self.outbound, url, largest);
        Err(OutboundError::InvalidUrl)
    }

    /// What the page at an address says of itself.
    ///
    /// # Errors
    /// See [`OutboundError`]; `NotText`: there is something else than a page.
    pub async fn page(&self, url: &str) -> Result<PageDescription, OutboundError> {
        let _ = (&self.outbound, url);
        Err(OutboundError::InvalidUrl)
    }

    /// The bytes of a picture of at most `largest` bytes.
    ///
    /// # Errors
    /// See [`OutboundError`]; `NotPicture`: there is something else.
    pub async fn image(&self, url: &str, largest: u64) -> Result<Vec<u8>, OutboundError> {
        let _ = (&self.outbound, url, largest);
        Err(OutboundError::InvalidUrl)
    }
}

/// A file whose bytes are on the way.
#[derive(Debug)]
pub struct IncomingFile {
    name: Option<String>,
    content_type: Option<String>,
    size: Option<u64>,
}

impl IncomingFile {
    /// Its name as the server gives it, or the last part of its address. Without folders.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its MIME type as the server gives it.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes the server promises.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// `TooLarge` when there are more than allowed, whatever was promised; `TimedOut` after
    /// 30 s without a byte, or when all of it takes too long; `Unreachable` when the
    /// connection breaks or ends too early.
    pub async fn chunk(&mut self) -> Result<Option<bytes::Bytes>, OutboundError> {
        Ok(None)
    }
}

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageDescription {
    /// Its title; never empty.
    pub title: String,
    /// Its description; may be empty.
    pub description: String,
    /// The full address of its picture.
    pub image_url: Option<String>,
    /// Whether it is there to show a video.
    pub is_video: bool,
    /// Where it was found in the end, after redirects.
    pub final_url: String,
}
