use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;

use regex::bytes::Regex;
use tracing_subscriber::fmt::MakeWriter;

/// Writes log lines with every token masked: the last line of defence, behind types that do
/// not show themselves. Libraries below us log paths and headers as they like.
pub struct Masked<W>(pub W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Masked<W> {
    type Writer = MaskedLine<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        MaskedLine(self.0.make_writer())
    }
}

/// Masks what is written in one go, which for a log line is the whole of it.
pub struct MaskedLine<W>(W);

impl<W: Write> Write for MaskedLine<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&mask(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// What is masked: the place of the token in every path that has one, whatever stands there
/// (a mistyped token is nearly one), every run of hexadecimal digits that is as long as a
/// token, what links a phone: pairing codes, which the engine logs, QR codes as text and as
/// base64 PNG; and what lets whoever has it use WhatsApp's media hosts as this account, in
/// addresses and stanzas.
fn secrets() -> &'static Regex {
    static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
        #[allow(clippy::expect_used, reason = "a constant that the tests use")]
        Regex::new(concat!(
            r#"(?i-u)(?<before>/waInstance[^/\s"?]*/+(?:[a-z]+/+)?"#,
            r#"|/(?:partner/+[^/\s"?]+|qr-page/+[^/\s"?]+|console/+enter)/+|(?-i:Code: ))"#,
            r#"[^/\s"?]+|[0-9a-f]{50,}"#,
            r#"|[0-9]@[a-z0-9+/_-]{30,}[a-z0-9+/_=,-]*|iVBORw0KGgo[a-z0-9+/=]*"#,
            r#"|(?<media>\bauth\\?"?(?:=|[:,] ?)(?:[a-z]+\()?\\?["']?)[^\s"'&\\<>,;)]{8,}"#
        ))
        .expect("it is a regular expression")
    });
    &SECRETS
}

fn mask(line: &[u8]) -> Cow<'_, [u8]> {
    secrets().replace_all(line, b"${before}${media}***")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn masked(line: &str) -> String {
        String::from_utf8(mask(line.as_bytes()).into_owned()).unwrap()
    }

    #[test]
    fn a_token_is_masked_wherever_it_stands() {
        let token = "0123456789abcdef0123456789abcdef0123456789abcdef01";
        assert_eq!(masked(&format!("a {token} b {token}\n")), "a *** b ***\n");
    }

    #[test]
    fn the_place_of_a_token_in_a_path_is_masked_whatever_is_there() {
        for (line, shown) in [
            ("GET /waInstance7103000001/qr/mistyped HTTP", "GET /waInstance7103000001/qr/*** HTTP"),
            ("/waInstance1/deleteNotification/tok/5", "/waInstance1/deleteNotification/***/5"),
            ("//waInstance1/qr/tok", "//waInstance1/qr/***"),
            ("/waInstance1/tok", "/waInstance1/***"),
            ("/qr-page/7103000001/tok/events", "/qr-page/7103000001/***/events"),
            ("/console/enter/tok", "/console/enter/***"),
            ("/partner/createInstance/tok?x", "/partner/createInstance/***?x"),
            (
                "\"/partner/getInstances/tok\" and /waInstance1/qr/b",
                "\"/partner/getInstances/***\" and /waInstance1/qr/***",
            ),
        ] {
            assert_eq!(masked(line), shown);
        }
    }

    #[test]
    fn what_links_a_phone_is_masked() {
        let reference = "ZZoRmOuNhA1GALyKoSJ3fhf5WgKCqU6jXsGeDZZzSpFpHAT-oprTr4YVsylDNB9w";
        for (line, shown) in [
            ("waiting for phone confirmation. Code: SBM6BKSD\n".to_owned(), "Code: ***\n"),
            (format!("<ref>2@{reference}</ref>"), "<ref>***</ref>"),
            (format!("2@{reference},AbC+/=,dEf=,gHi="), "***"),
            (r#"b"{\"message\":\"iVBORw0KGgoAAAA/+==\"}""#.into(), r#"\"***\"}""#),
        ] {
            let masked = masked(&line);
            assert!(masked.ends_with(shown), "{masked}");
        }
    }

    #[test]
    fn what_opens_the_media_hosts_is_masked() {
        let auth = "AWGx7-z_w/8=.b3df%2B1";
        for (line, shown) in [
            (
                format!("from URL https://mmg.whatsapp.net/v/f?oh=1?auth={auth}&token=x: 503"),
                "from URL https://mmg.whatsapp.net/v/f?oh=1?auth=***&token=x: 503",
            ),
            (
                format!(r#"<media_conn auth="{auth}" ttl="300"/>"#),
                r#"<media_conn auth="***" ttl="300"/>"#,
            ),
            (
                format!(r#"{{"message":"<media_conn auth=\"{auth}\" ttl=\"300\"/>"}}"#),
                r#"{"message":"<media_conn auth=\"***\" ttl=\"300\"/>"}"#,
            ),
            (
                format!(r#"[("auth", String("{auth}")), ("ttl", String("300"))]"#),
                r#"[("auth", String("***")), ("ttl", String("300"))]"#,
            ),
            (
                format!(r#"MediaConn {{ auth: "{auth}", ttl: 300 }}"#),
                r#"MediaConn { auth: "***", ttl: 300 }"#,
            ),
        ] {
            assert_eq!(masked(&line), shown);
        }
    }

    #[test]
    fn other_lines_stay_as_they_are() {
        for line in [
            "state changed instance=7103000001",
            "",
            "/waInstance7103000001",
            "/partner/",
            "15550100001:8@s.whatsapp.net error code: 400",
            "auth=ok author=somebody-else reauth: refreshed",
        ] {
            assert_eq!(masked(line), line);
        }
    }
}
