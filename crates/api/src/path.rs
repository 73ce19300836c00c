//! The paths of the API (specification, section 1.1).

use std::fmt;

use siskin_model::{InstanceId, Token};

use crate::methods::{self, Surface};
use crate::missing;

const INSTANCE_PREFIX: &str = "waInstance";
const PARTNER_PREFIX: &str = "partner";
/// The longest path with a meaning: prefix, method, token, receipt.
const MAX_SEGMENTS: usize = 4;

/// What a path asks for, in the words of the path: nothing is checked yet.
#[derive(PartialEq, Eq)]
pub(crate) enum Target<'a> {
    /// `/waInstance{idInstance}/{method}/{apiTokenInstance}[/{tail}]`
    Instance(InstancePath<'a>),
    /// `/partner/{method}/{partnerToken}`
    Partner(PartnerPath<'a>),
    /// `/waInstance{idInstance}/{apiTokenInstance}`
    QrPage {
        /// The number, as written.
        id: &'a str,
        /// The token, as written.
        token: &'a str,
    },
    /// Nothing of the API.
    Unknown,
}

#[derive(PartialEq, Eq)]
pub(crate) struct InstancePath<'a> {
    prefix: &'a str,
    /// The number, as written.
    id: &'a str,
    pub method: &'a str,
    pub token: &'a str,
    /// The segment after the token.
    pub tail: Option<&'a str>,
}

#[derive(PartialEq, Eq)]
pub(crate) struct PartnerPath<'a> {
    pub method: &'a str,
    pub token: &'a str,
}

impl<'a> Target<'a> {
    /// Splits a path. Repeated and trailing slashes count as one. A method's path that ends
    /// before its token has an empty one.
    pub fn of(path: &'a str) -> Self {
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        let parts: Vec<&str> = segments.by_ref().take(MAX_SEGMENTS).collect();
        let Some((&first, rest)) = parts.split_first() else { return Self::Unknown };
        if segments.next().is_some() {
            return Self::Unknown;
        }
        if let Some((prefix, id)) = split_instance(first) {
            return match *rest {
                [method] if is_method(method) => {
                    Self::Instance(InstancePath { prefix, id, method, token: "", tail: None })
                }
                [token] => Self::QrPage { id, token },
                [method, token] => {
                    Self::Instance(InstancePath { prefix, id, method, token, tail: None })
                }
                [method, token, tail] => {
                    Self::Instance(InstancePath { prefix, id, method, token, tail: Some(tail) })
                }
                _ => Self::Unknown,
            };
        }
        match *rest {
            [method, token] if first.eq_ignore_ascii_case(PARTNER_PREFIX) => {
                Self::Partner(PartnerPath { method, token })
            }
            [method]
                if first.eq_ignore_ascii_case(PARTNER_PREFIX)
                    && methods::find(Surface::Partner, method).is_some() =>
            {
                Self::Partner(PartnerPath { method, token: "" })
            }
            _ => Self::Unknown,
        }
    }
}

fn is_method(name: &str) -> bool {
    methods::find(Surface::Instance, name).is_some() || missing::find(name).is_some()
}

fn split_instance(segment: &str) -> Option<(&str, &str)> {
    let (prefix, id) = segment.split_at_checked(INSTANCE_PREFIX.len())?;
    prefix.eq_ignore_ascii_case(INSTANCE_PREFIX).then_some((prefix, id))
}

impl InstancePath<'_> {
    /// The number, if it is one.
    pub fn id(&self) -> Option<InstanceId> {
        self.id.parse().ok()
    }
}

/// The path with its token masked.
impl fmt::Display for InstancePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}{}/{}/{}", self.prefix, self.id, self.method, Token::MASK)?;
        self.tail.map_or(Ok(()), |tail| write!(f, "/{tail}"))
    }
}

/// The path with its token masked.
impl fmt::Display for PartnerPath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{PARTNER_PREFIX}/{}/{}", self.method, Token::MASK)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn instance(path: &str) -> InstancePath<'_> {
        match Target::of(path) {
            Target::Instance(path) => path,
            _ => panic!("{path} is a method's path"),
        }
    }

    #[test]
    fn slashes_may_be_doubled_and_trail() {
        for path in
            ["/waInstance1/qr/secret", "//waInstance1//qr/secret/", "/WAINSTANCE1/qr/secret"]
        {
            let path = instance(path);
            assert_eq!(path.id(), Some(InstanceId::new(1)));
            assert!(path.method == "qr" && path.token == "secret" && path.tail.is_none());
        }
    }

    #[test]
    fn a_segment_may_follow_the_token() {
        let path = instance("/waInstance1/deleteNotification/secret/7");
        assert_eq!(path.tail, Some("7"));
        assert_eq!(path.to_string(), "/waInstance1/deleteNotification/***/7");
    }

    #[test]
    fn the_token_is_masked_even_where_it_resembles_another_segment() {
        assert_eq!(instance("/waInstance1/qr/qr").to_string(), "/waInstance1/qr/***");
    }

    #[test]
    fn two_segments_are_the_page() {
        assert!(Target::of("/waInstance1/secret") == Target::QrPage { id: "1", token: "secret" });
    }

    #[test]
    fn a_method_without_a_token_is_no_page() {
        for path in ["/waInstance1/getStateInstance", "/waInstance1/GETCHATS//"] {
            let path = instance(path);
            assert!(path.id() == Some(InstanceId::new(1)) && path.token.is_empty());
        }
        let partner = Target::of("/partner/createInstance/");
        assert!(partner == Target::Partner(PartnerPath { method: "createInstance", token: "" }));
    }

    #[test]
    fn everything_else_is_unknown() {
        for path in ["/", "", "/waInstance1", "/other/a/b", "/partner/a", "/waInstance1/a/b/c/d"] {
            assert!(Target::of(path) == Target::Unknown, "{path}");
        }
        assert!(matches!(Target::of("/Partner/a/b"), Target::Partner(_)));
    }

    #[test]
    fn a_number_that_is_none_has_no_id() {
        for path in ["/waInstance/qr/t", "/waInstanceabc/qr/t", "/waInstance12345678901/qr/t"] {
            assert_eq!(instance(path).id(), None, "{path}");
        }
    }
}
