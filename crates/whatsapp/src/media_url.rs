//! Where WhatsApp's files are. Messages name a path, the network the hosts, and the engine puts
//! the two together as texts: a path that does not begin as one would choose the host.

/// What every host of WhatsApp's own is under.
const WHATSAPPS: &str = "whatsapp.net";
/// How long a path with its query may be, in bytes: real ones have some two hundred.
const LONGEST: usize = 2048;
/// What stands in a path or a query beside letters and digits (RFC 3986, sections 3.3 and 3.4).
const MARKS: &[u8] = b"-._~!$&'()*+,;=:@/%?";

/// The path of a file at WhatsApp's media hosts, as a message or an answer names it: whatever
/// host stands before it stays the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectPath(String);

impl DirectPath {
    /// Takes a path with its query. `None`: it is none, or leads somewhere else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        is_path(text).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// An address that the engine has put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MediaUrl<'a> {
    host: &'a str,
    /// The path with its query; begins with a slash.
    path: &'a str,
}

impl<'a> MediaUrl<'a> {
    /// Takes an address apart. `None`: it is not `https`, has more than a name for its host
    /// (a user, a port), or a path that a [`DirectPath`] cannot be.
    pub(crate) fn parse(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("https://")?;
        let (host, path) = rest.split_at(rest.find('/')?);
        (is_host(host) && is_path(path)).then_some(Self { host, path })
    }

    pub(crate) fn host(&self) -> &'a str {
        self.host
    }

    pub(crate) fn path(&self) -> &'a str {
        self.path
    }

    /// Whether the host is one of WhatsApp's own.
    pub(crate) fn is_whatsapps(&self) -> bool {
        let before = self.host.strip_suffix(WHATSAPPS);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }
}

/// Whether a text is a name of the domain name system, in lower case.
fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !label.is_empty() && label.bytes().all(plain)
    };
    text.split('.').all(label)
}

fn is_path(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or_default();
    text.len() <= LONGEST
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || MARKS.contains(&b))
        && path.starts_with('/')
        && !path.contains("//")
        && path.split('/').all(is_segment)
}

/// Whether a part of a path means itself: no way up, and nothing that becomes one, or a
/// separator, for whoever decodes it.
fn is_segment(segment: &str) -> bool {
    let mut escapes = segment.split('%');
    let first = escapes.next().unwrap_or_default();
    first != "." && first != ".." && escapes.all(begins_with_a_harmless_byte)
}

/// Whether a text begins with two hexadecimal digits that stand for a visible character without
/// a meaning in addresses.
fn begins_with_a_harmless_byte(text: &str) -> bool {
    let byte = text.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    byte.is_some_and(|byte| byte.is_ascii_graphic() && !b"/\\.%?#@:".contains(&byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// What a path may look like that leads to another host, or to another place of it.
    const CROOKED: [&str; 34] = [
        "",
        "v/t62/file",
        "@evil.test/steal",
        ":password@evil.test/steal",
        ".evil.test/x",
        "-evil.test/x",
        ":8080/x",
        ":@evil.test/x",
        "//evil.test/x",
        "///evil.test/x",
        "/\\evil.test/x",
        "\\\\evil.test/x",
        "\\@evil.test/x",
        "https://evil.test/x",
        "?@evil.test/x",
        "#@evil.test/x",
        "/v//file",
        "/v/../mms/x",
        "/..",
        "/./x",
        "/%2e%2e/x",
        "/.%2E/x",
        "/%2f/evil.test/x",
        "/v%5cfile",
        "/%00",
        "/%0d%0aHost:evil.test",
        "/%252e%252e/x",
        "/v%4",
        "/v%zz",
        "/v/file name",
        "/v/file\r\nhost: evil.test",
        "/\t/evil.test",
        "/v/file#x",
        "/v/fïle",
    ];

    #[test]
    fn a_path_that_could_choose_the_host_is_no_path() {
        for text in CROOKED {
            assert_eq!(DirectPath::parse(text), None, "{text:?}");
        }
        assert_eq!(DirectPath::parse(&format!("/{}", "x".repeat(LONGEST))), None);
    }

    #[test]
    fn paths_as_whatsapp_names_them_are_taken() {
        for text in [
            "/v/t62.7118-24/35284527_238472_n.enc?ccb=11-4&oh=01_Q5Aa-b&oe=66AA&_nc_sid=5e03e0",
            "/o1/v/t62.7118-24/f2/m233/AQ~x_y?ccb=9-4&oh=01&oe=6&_nc_sid=e&mms3=true",
            "/m1/v/t24/An9/a%3Db",
            "/mms/image/ABC-_=?token=a/b+c==",
        ] {
            assert_eq!(DirectPath::parse(text).unwrap().as_str(), text);
        }
    }

    /// The engine's own way to put an address together (`wacore`, `download.rs`).
    fn put_together(host: &str, path: &str) -> String {
        format!("https://{host}{path}?auth=AW-x_y%2Bz&token=dG9rZW4")
    }

    #[test]
    fn an_address_leads_to_whatsapp_or_nowhere() {
        for path in CROOKED {
            let url = put_together("mmg.whatsapp.net", path);
            let whatsapps = MediaUrl::parse(&url).filter(MediaUrl::is_whatsapps);
            assert_eq!(whatsapps, None, "{path:?}");
        }
        for host in [
            "evil.test",
            "mmg.whatsapp.net.evil.test",
            "evilwhatsapp.net",
            "whatsapp.net.",
            "whatsapp.network",
            "whatsapp.net@evil.test",
            "evil.test:443",
            "127.0.0.1",
            "[::1]",
            ".whatsapp.net",
            "evil test.whatsapp.net",
            "",
        ] {
            let url = put_together(host, "/v/file");
            let whatsapps = MediaUrl::parse(&url).filter(MediaUrl::is_whatsapps);
            assert_eq!(whatsapps, None, "{host:?}");
        }
        for url in ["http://mmg.whatsapp.net/v/file", "//mmg.whatsapp.net/x", "mmg.whatsapp.net"] {
            assert_eq!(MediaUrl::parse(url), None, "{url}");
        }
    }

    /// What this module takes apart, a client takes apart in the same way.
    #[test]
    fn a_client_sees_the_same_host_and_path() {
        let hosts = ["mmg.whatsapp.net", "media-fra3-1.cdn.whatsapp.net", "whatsapp.net"];
        for (host, path) in hosts.into_iter().zip(["/v/t62/a_n.enc?ccb=1&oh=2", "/m1/a%3Db", "/"]) {
            let url = put_together(host, path);
            let parsed = MediaUrl::parse(&url).unwrap();
            assert!(parsed.is_whatsapps(), "{url}");
            let uri: http::Uri = url.parse().unwrap();
            assert_eq!(uri.authority().unwrap().as_str(), parsed.host());
            assert_eq!(uri.path_and_query().unwrap().as_str(), parsed.path());
        }
    }
}
