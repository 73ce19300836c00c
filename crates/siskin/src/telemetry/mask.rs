use std::borrow::Cow;
use std::io::{self, Write};

use siskin_model::Token;
use tracing_subscriber::fmt::MakeWriter;

/// The length from which a run of hexadecimal digits counts as a token.
const TOKEN: usize = Token::BYTES * 2;

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

fn mask(line: &[u8]) -> Cow<'_, [u8]> {
    let paths = mask_paths(line);
    match mask_hexadecimal(&paths) {
        Some(masked) => Cow::Owned(masked),
        None => paths,
    }
}

/// Masks the segment after the method in `/waInstance…/method/token` and
/// `/partner/method/token`, whatever it looks like: a mistyped token is nearly one.
fn mask_paths(line: &[u8]) -> Cow<'_, [u8]> {
    let mut masked = Vec::new();
    let mut rest = line;
    while let Some((start, skip)) = next_path(rest) {
        let (before, path) = rest.split_at(start);
        let token = segment_start(path, skip);
        masked.extend_from_slice(before);
        let Some(token) = token else {
            masked.extend_from_slice(&path[..1]);
            rest = &path[1..];
            continue;
        };
        let length = path[token..].iter().take_while(|byte| is_segment(**byte)).count();
        masked.extend_from_slice(&path[..token]);
        if length > 0 {
            masked.extend_from_slice(Token::MASK.as_bytes());
        }
        rest = &path[token + length..];
    }
    if masked.is_empty() {
        return Cow::Borrowed(line);
    }
    masked.extend_from_slice(rest);
    Cow::Owned(masked)
}

/// Where the next path with a token begins, and how many segments stand before the token.
fn next_path(line: &[u8]) -> Option<(usize, usize)> {
    let kinds: [(&[u8], usize); 3] = [(b"/waInstance", 2), (b"/partner/", 2), (b"/qr-page/", 2)];
    let found = kinds.into_iter().filter_map(|(word, skip)| {
        let at = line.windows(word.len()).position(|window| window.eq_ignore_ascii_case(word))?;
        Some((at, skip))
    });
    found.min()
}

/// Where the segment after `skip` others begins.
fn segment_start(path: &[u8], skip: usize) -> Option<usize> {
    let mut at = 0;
    for _ in 0..=skip {
        let slash = path.get(at..)?.first().filter(|byte| **byte == b'/')?;
        debug_assert_eq!(*slash, b'/');
        at += path[at..].iter().take_while(|byte| **byte == b'/').count();
        if at >= path.len() {
            return None;
        }
        let length = path[at..].iter().take_while(|byte| is_segment(**byte)).count();
        at += length;
    }
    let length = path[..at].iter().rev().take_while(|byte| is_segment(**byte)).count();
    Some(at - length)
}

fn is_segment(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)
}

/// Masks every run of hexadecimal digits that is as long as a token. `None`: there is none.
fn mask_hexadecimal(line: &[u8]) -> Option<Vec<u8>> {
    let mut masked: Option<Vec<u8>> = None;
    let (mut copied, mut at) = (0, 0);
    while at < line.len() {
        let run = line[at..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
        if run >= TOKEN {
            let masked = masked.get_or_insert_default();
            masked.extend_from_slice(&line[copied..at]);
            masked.extend_from_slice(Token::MASK.as_bytes());
            copied = at + run;
        }
        at += run.max(1);
    }
    let mut masked = masked?;
    masked.extend_from_slice(&line[copied..]);
    Some(masked)
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
    fn other_lines_stay_as_they_are() {
        for line in ["state changed instance=7103000001", "", "/waInstance7103000001", "/partner/"]
        {
            assert_eq!(masked(line), line);
        }
    }
}
