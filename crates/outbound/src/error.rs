use std::error::Error;

use crate::resolver::OnlyForbidden;

/// A request got no usable answer. The texts name the host at most: the rest of an address
/// may hold credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// The address is none that can be called by HTTP.
    #[error("the address is not a valid http or https address")]
    InvalidUrl,
    /// The credential cannot be sent in a header.
    #[error("the credential has characters that cannot stand in a header")]
    InvalidCredential,
    /// The policy does not let requests go there.
    #[error(
        "{host} is in a private or reserved network, which this gateway does not call\n  \
         hint: the operator can allow it in the configuration"
    )]
    Forbidden {
        /// The host in the address.
        host: String,
    },
    /// No connection, or it broke.
    #[error("{host} could not be reached: {why}")]
    Unreachable {
        /// The host in the address.
        host: String,
        /// The system's or the protocol's words.
        why: String,
    },
    /// No answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// Another status than 200 where only that is of use.
    #[error("{host} answered with status {status}")]
    Status {
        /// The host in the address.
        host: String,
        /// The status.
        status: u16,
    },
    /// The answer is longer than the caller wants.
    #[error("the answer of {host} is longer than {largest} bytes")]
    TooLarge {
        /// The host in the address.
        host: String,
        /// The bound.
        largest: u64,
        /// How long it is, if the server said so.
        size: Option<u64>,
    },
    /// One redirect after the other.
    #[error("{host} leads on and on to other addresses")]
    Redirects {
        /// The host of the last address.
        host: String,
    },
    /// The answer is no picture in a format that is known here.
    #[error("the answer of {host} is not a picture")]
    NotPicture {
        /// The host in the address.
        host: String,
    },
    /// The answer is not UTF-8.
    #[error("the answer of {host} is not text")]
    NotText {
        /// The host in the address.
        host: String,
    },
    /// The client could not be set up on this machine.
    #[error("no request can be made: {0}")]
    NoClient(String),
}

impl OutboundError {
    pub(crate) fn forbidden(url: &url::Url) -> Self {
        Self::Forbidden { host: host(url) }
    }

    pub(crate) fn too_large(url: &url::Url, largest: u64, size: Option<u64>) -> Self {
        Self::TooLarge { host: host(url), largest, size }
    }

    pub(crate) fn failed(url: &url::Url, error: reqwest::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
        while let Some(error) = cause {
            if error.is::<OnlyForbidden>() {
                return Self::forbidden(url);
            }
            cause = error.source();
        }
        // The client's own text names the whole address.
        Self::Unreachable { host: host(url), why: chain(&error.without_url()) }
    }
}

/// The host of an address, with its port if that is not the usual one.
pub(crate) fn host(url: &url::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// An error and its causes in one line.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
