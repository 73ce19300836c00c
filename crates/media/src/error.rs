/// A file could not be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// It is larger than it may be.
    #[error("the file is larger than {largest} bytes")]
    TooLarge {
        /// The bound.
        largest: u64,
    },
    /// The disk failed.
    #[error("the file could not be {action}: {source}")]
    Disk {
        /// "written", "read" or "removed".
        action: &'static str,
        /// Why.
        source: std::io::Error,
    },
}
