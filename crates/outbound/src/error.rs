/// A request could not be made or answered. Never holds the address: it may contain a
/// credential.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// The address is not one that can be called.
    #[error("the address is not a valid http or https URL")]
    Address,
    /// The address leads to a network that must not be reached from here.
    #[error("the address leads to a private network, which is not allowed here")]
    Forbidden,
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// The connection failed.
    #[error("the connection failed: {0}")]
    Failed(String),
    /// The answer is larger than the caller can take.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
}

impl From<reqwest::Error> for OutboundError {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let error = error.without_url();
        let mut source: Option<&dyn std::error::Error> = Some(&error);
        let mut deepest = error.to_string();
        while let Some(cause) = source {
            if cause.is::<crate::guard::Refused>() {
                return Self::Forbidden;
            }
            deepest = cause.to_string();
            source = cause.source();
        }
        Self::Failed(deepest)
    }
}
