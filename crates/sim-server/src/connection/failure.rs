//! `<failure>`: why a client may not come in.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::account::Ban;

/// The reason of a temporary ban's `code`: too many messages to strangers.
const TEMPORARY_BAN_CODE: &str = "101";
/// How long a temporary ban says it lasts, in seconds.
const TEMPORARY_BAN_SECONDS: &str = "86400";
/// A region token; clients only log it.
const LOCATION: &str = "sim";

/// Why a login is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// 401: the device is not linked, or not any more.
    LoggedOut,
    /// 402 or 403: the account is banned.
    Banned(Ban),
    /// 405: the client's version is too old.
    Outdated,
    /// 500: the payload makes no sense.
    Malformed,
}

impl Failure {
    /// The stanza, after which the socket is closed.
    pub(crate) fn stanza(self) -> Node {
        let failure =
            NodeBuilder::new("failure").attr("reason", self.reason()).attr("location", LOCATION);
        match self {
            Self::Banned(Ban::Temporary) => failure
                .attr("code", TEMPORARY_BAN_CODE)
                .attr("expire", TEMPORARY_BAN_SECONDS)
                .build(),
            _ => failure.build(),
        }
    }

    fn reason(self) -> &'static str {
        match self {
            Self::LoggedOut => "401",
            Self::Banned(Ban::Temporary) => "402",
            Self::Banned(Ban::Permanent) => "403",
            Self::Outdated => "405",
            Self::Malformed => "500",
        }
    }
}
