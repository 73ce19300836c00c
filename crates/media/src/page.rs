//! Pages of HTML, told by how they begin.

/// What a page begins with, behind blanks, comments and declarations (WHATWG MIME Sniffing,
/// section 7.1; tags that other texts begin with as well are left out).
const BEGINNINGS: [&[u8]; 7] =
    [b"<!doctype html", b"<html", b"<head", b"<body", b"<title", b"<meta", b"<script"];
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Whether a file that begins with `head` is a page.
pub(crate) fn is_html(head: &[u8]) -> bool {
    let rest = behind_comments(head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head));
    BEGINNINGS.iter().any(|beginning| {
        let begins = rest.get(..beginning.len());
        let ends = rest.get(beginning.len()).is_some_and(|b| b.is_ascii_whitespace() || *b == b'>');
        ends && begins.is_some_and(|begins| begins.eq_ignore_ascii_case(beginning))
    })
}

fn behind_comments(mut text: &[u8]) -> &[u8] {
    loop {
        text = text.trim_ascii_start();
        let end: &[u8] = match text {
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'?', ..] => b"?>",
            _ => return text,
        };
        let Some(at) = text.windows(end.len()).position(|window| window == end) else { return &[] };
        text = &text[at + end.len()..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_by_its_beginning() {
        for page in [
            "<!DOCTYPE html>",
            "<!doctype HTML\nPUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "  \r\n<HTML lang=en>",
            "<!-- a comment --> <!-- another -->\n<html>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"\">",
            "<head><title>Sign in</title>",
            "<script>location='/'</script>",
        ] {
            assert!(is_html(page.as_bytes()), "{page}");
        }
        for text in [
            "",
            "<",
            "<html",
            "<htmlx>",
            "<?xml version=\"1.0\"?><Error/>",
            "<svg>",
            "<!-- <html>",
            "a <html>",
            "<p>A letter",
        ] {
            assert!(!is_html(text.as_bytes()), "{text}");
        }
    }
}
