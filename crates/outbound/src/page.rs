//! What a page says of itself: Open Graph, else Twitter's cards, else plain HTML.

use std::borrow::Cow;
use std::collections::BTreeMap;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use html5gum::{DefaultEmitter, HtmlString, StartTag, Token, Tokenizer};
use url::Url;

/// How many characters of a title are kept.
const LONGEST_TITLE: usize = 300;
/// How many characters of a description are kept.
const LONGEST_DESCRIPTION: usize = 1000;
/// Where a page has to name its encoding by (HTML standard, section 4.2.5.4), and some more,
/// since not all do.
const ENCODING_WITHIN: usize = 4 * 1024;

const TITLES: [&str; 3] = ["og:title", "twitter:title", TITLE];
const DESCRIPTIONS: [&str; 3] = ["og:description", "twitter:description", "description"];
const IMAGES: [&str; 6] = [
    "og:image:secure_url",
    "og:image",
    "og:image:url",
    "twitter:image",
    "twitter:image:src",
    "image_src",
];
const VIDEOS: [&str; 3] = ["og:video", "og:video:url", "og:video:secure_url"];
/// The text of the element `title`, among the properties.
const TITLE: &str = "<title>";
/// The address that relative ones start from, among the properties.
const BASE: &str = "<base>";

/// What a page says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageDescription {
    /// Its title; empty if it has none.
    pub title: String,
    /// Its description; empty if it has none.
    pub description: String,
    /// The full address of its picture.
    pub image_url: Option<String>,
    /// Whether it is there to show a video.
    pub is_video: bool,
    /// Where it was found in the end, after redirects; without a user's name and password.
    pub final_url: String,
}

/// Whether an answer of this type may be a page. One without a type may.
pub(crate) fn is_page(content_type: Option<&str>) -> bool {
    let essence = content_type.and_then(|t| t.split(';').next()).map(str::trim);
    essence.is_none_or(|essence| {
        ["text/html", "application/xhtml+xml"].iter().any(|t| essence.eq_ignore_ascii_case(t))
    })
}

/// Reads a page, which may be cut off, that was found at `found`.
pub(crate) fn describe(html: &[u8], content_type: Option<&str>, found: &Url) -> PageDescription {
    let properties = Properties::of(&decode(html, content_type));
    let base = properties.first(&[BASE]).and_then(|base| found.join(base).ok());
    let base = base.as_ref().unwrap_or(found);
    let image = properties.first(&IMAGES).and_then(|image| base.join(image).ok());
    let image = image.filter(|url| matches!(url.scheme(), "http" | "https"));
    let kind = properties.first(&["og:type"]).unwrap_or_default();
    // It is shown to others, who do not need what the page was asked for with.
    let mut shown = found.clone();
    let _ = shown.set_username("").and_then(|()| shown.set_password(None));
    PageDescription {
        title: one_line(properties.first(&TITLES), LONGEST_TITLE),
        description: one_line(properties.first(&DESCRIPTIONS), LONGEST_DESCRIPTION),
        image_url: image.map(String::from),
        is_video: kind.starts_with("video") || properties.first(&VIDEOS).is_some(),
        final_url: shown.into(),
    }
}

/// The first value of each property; names in lower case.
#[derive(Default)]
struct Properties(BTreeMap<String, String>);

impl Properties {
    fn of(html: &str) -> Self {
        let mut properties = Self::default();
        let mut in_title = false;
        for token in tokens(html.as_bytes()) {
            match token {
                Token::StartTag(tag) => {
                    in_title = tag.name.as_slice() == b"title";
                    properties.add_tag(&tag);
                }
                Token::String(text) if in_title => properties.add(TITLE, &lossy(&text)),
                Token::EndTag(_) => in_title = false,
                _ => {}
            }
        }
        properties
    }

    fn add_tag(&mut self, tag: &StartTag<()>) {
        let attribute = |name: &str| attribute(tag, name);
        match tag.name.as_slice() {
            b"meta" => {
                let name = attribute("property").or_else(|| attribute("name"));
                if let (Some(name), Some(content)) = (name, attribute("content")) {
                    self.add(&name, &content);
                }
            }
            b"link" => {
                if let (Some(relation), Some(target)) = (attribute("rel"), attribute("href"))
                    && relation.eq_ignore_ascii_case("image_src")
                {
                    self.add("image_src", &target);
                }
            }
            b"base" => {
                if let Some(target) = attribute("href") {
                    self.add(BASE, &target);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        let value = value.trim();
        if !value.is_empty() {
            let name = name.trim().to_ascii_lowercase();
            self.0.entry(name).or_insert_with(|| value.to_owned());
        }
    }

    fn first(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.0.get(*name)).map(String::as_str)
    }
}

fn tokens(html: &[u8]) -> impl Iterator<Item = Token> {
    let mut emitter = DefaultEmitter::default();
    // What looks like a tag inside of a script or a title is none.
    emitter.naively_switch_states(true);
    Tokenizer::new_with_emitter(html, emitter).filter_map(Result::ok)
}

fn lossy(text: &HtmlString) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

fn attribute<'a>(tag: &'a StartTag<()>, name: &str) -> Option<Cow<'a, str>> {
    tag.attributes.get(name.as_bytes()).map(|value| lossy(value))
}

/// The text of a page, in the encoding that the header names, else the page itself, else the
/// one that fits. A byte order mark decides over all.
fn decode<'a>(html: &'a [u8], content_type: Option<&str>) -> Cow<'a, str> {
    let named = content_type.and_then(charset).or_else(|| encoding_in(html));
    named.unwrap_or_else(|| usual_encoding(html)).decode(html).0
}

fn encoding_in(html: &[u8]) -> Option<&'static Encoding> {
    let beginning = html.get(..ENCODING_WITHIN).unwrap_or(html);
    tokens(beginning).find_map(|token| match token {
        Token::StartTag(tag) if tag.name.as_slice() == b"meta" => {
            let short = attribute(&tag, "charset");
            let short = short.and_then(|label| Encoding::for_label(label.as_bytes()));
            short.or_else(|| {
                let equivalent = attribute(&tag, "http-equiv")?;
                equivalent.eq_ignore_ascii_case("content-type").then_some(())?;
                charset(&attribute(&tag, "content")?)
            })
        }
        _ => None,
    })
}

/// The encoding in a content type.
fn charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then_some(())?;
        Encoding::for_label(value.trim().trim_matches(['"', '\'']).as_bytes())
    })
}

fn usual_encoding(html: &[u8]) -> &'static Encoding {
    match std::str::from_utf8(html) {
        // No length: it is cut off in the middle of a character.
        Err(error) if error.error_len().is_some() => WINDOWS_1252,
        _ => UTF_8,
    }
}

/// A text in one line of at most so many characters.
fn one_line(text: Option<&str>, longest: usize) -> String {
    let words: Vec<&str> = text.unwrap_or_default().split_whitespace().collect();
    let line = words.join(" ");
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_as(html: &[u8], content_type: Option<&str>) -> PageDescription {
        Url::parse("https://example.org/news/today?x=1")
            .map(|found| describe(html, content_type, &found))
            .unwrap_or_default()
    }

    fn read(html: &str) -> PageDescription {
        read_as(html.as_bytes(), None)
    }

    #[test]
    fn open_graph_comes_first() {
        let page = read(
            r#"<!doctype html><html><head><title>Plain &amp; simple</title>
            <META NAME="description" CONTENT="plain">
            <meta property="og:title" content="Caf&eacute;
                &quot;Grüße&quot;"><meta content='graph' property='og:description' />
            <meta name=twitter:title content=bird>
            <meta name="og:image" content="../a.png?b=1&amp;c=2">
            <meta property="og:type" content="article"></head><body>text"#,
        );
        assert_eq!(page.title, "Café \"Grüße\"");
        assert_eq!(page.description, "graph");
        assert_eq!(page.image_url.as_deref(), Some("https://example.org/a.png?b=1&c=2"));
        assert!(!page.is_video);
        assert_eq!(page.final_url, "https://example.org/news/today?x=1");
    }

    #[test]
    fn plain_pages_are_described_too() {
        let page = read(
            "<title>\n A  <b>bold</b> &lt;title&gt; </title><meta name=description content=d>",
        );
        assert_eq!(page.title, "A <b>bold</b> <title>");
        assert_eq!(page.description, "d");
        assert_eq!(page.image_url, None);
        let twitter = read(
            r#"<meta name="twitter:title" content="t">
            <meta name="twitter:image" content="//cdn.example.org/i.jpg">"#,
        );
        assert_eq!(twitter.title, "t");
        assert_eq!(twitter.image_url.as_deref(), Some("https://cdn.example.org/i.jpg"));
    }

    #[test]
    fn a_page_that_says_nothing_is_described_by_nothing() {
        for html in
            ["", "just text", "<html>", "<title></title>", "<meta property=og:title>", "\0\0<<<"]
        {
            let page = read(html);
            let empty = PageDescription { final_url: page.final_url.clone(), ..Default::default() };
            assert_eq!(page, empty, "{html}");
        }
    }

    #[test]
    fn scripts_comments_and_drawings_are_not_the_page() {
        let page = read(
            r#"<!-- <title>comment</title> --><script>"<meta property=og:title content=script>"
            "<title>script</title>"</script><title>page</title>
            <svg><title>drawing</title></svg>"#,
        );
        assert_eq!(page.title, "page");
    }

    #[test]
    fn videos_are_known_by_their_type_or_address() {
        assert!(read("<meta property=og:type content=video.other>").is_video);
        assert!(read("<meta property=og:video:url content=https://example.org/v>").is_video);
        assert!(!read("<meta property=og:type content=website>").is_video);
    }

    #[test]
    fn a_picture_is_only_taken_from_the_web() {
        for address in ["data:image/png;base64,AAAA", "file:///etc/passwd", "http://", "ftp://a/b"]
        {
            let page = read(&format!("<meta property=og:image content='{address}'>"));
            assert_eq!(page.image_url, None, "{address}");
        }
        let based = read("<base href=/static/><meta property=og:image content=i.png>");
        assert_eq!(based.image_url.as_deref(), Some("https://example.org/static/i.png"));
    }

    #[test]
    fn text_is_read_in_the_encoding_that_it_has() {
        let cyrillic = b"<title>\xcf\xf0\xe8\xe2\xe5\xf2</title>";
        let header = Some("text/html; Charset=\"windows-1251\"");
        assert_eq!(read_as(cyrillic, header).title, "Привет");
        for named in [
            &b"<meta charset=windows-1251>"[..],
            b"<meta http-equiv=Content-Type content='text/html; charset=cp1251'>",
        ] {
            let html = [named, &cyrillic[..]].concat();
            assert_eq!(read_as(&html, Some("text/html")).title, "Привет");
        }
        assert_eq!(read_as(b"<title>Gr\xfc\xdfe</title>", None).title, "Grüße");
        let marked = ["\u{feff}<title>Grüße</title>".as_bytes()].concat();
        assert_eq!(read_as(&marked, header).title, "Grüße");
        let cut_off = &"<title>Grüße</title>ü".as_bytes()[..23];
        assert_eq!(read_as(cut_off, None).title, "Grüße");
    }

    #[test]
    fn long_texts_are_cut() {
        let page = read(&format!("<title>{}</title>", "ü".repeat(5000)));
        assert_eq!(page.title.chars().count(), LONGEST_TITLE + 1);
        assert!(page.title.ends_with("ü…"), "{}", page.title);
    }

    #[test]
    fn a_password_is_not_passed_on() {
        let found = Url::parse("https://user:s3cret@example.org/a").unwrap();
        let page = describe(b"<meta property=og:image content=i.png>", None, &found);
        assert_eq!(page.final_url, "https://example.org/a");
    }

    #[test]
    fn other_files_are_no_pages() {
        for yes in
            [None, Some("text/html"), Some("TEXT/HTML;charset=x"), Some("application/xhtml+xml")]
        {
            assert!(is_page(yes), "{yes:?}");
        }
        for no in ["image/png", "application/pdf", "text/plain", ""] {
            assert!(!is_page(Some(no)), "{no}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_harm(html: Vec<u8>, tags in "(<[a-z!/ =\"'&;#]{0,20}>?){0,20}") {
            read_as(&html, None);
            read_as(tags.as_bytes(), Some("text/html; charset=utf-16"));
        }
    }
}
