//! Which language a reader gets: the one of `?lang=`, else the one chosen before, else the
//! best of what the browser asks for.

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, SET_COOKIE};
use axum::middleware::Next;
use axum::response::Response;

use crate::cookies;

/// A language that the pages are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    English,
    Spanish,
    Portuguese,
    Russian,
    Arabic,
    Hebrew,
}

impl Language {
    pub const ALL: [Self; 6] =
        [Self::English, Self::Spanish, Self::Portuguese, Self::Russian, Self::Arabic, Self::Hebrew];

    /// Its ISO 639 code, which is also the name of its file.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Russian => "ru",
            Self::Arabic => "ar",
            Self::Hebrew => "he",
        }
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Spanish => "Español",
            Self::Portuguese => "Português",
            Self::Russian => "Русский",
            Self::Arabic => "العربية",
            Self::Hebrew => "עברית",
        }
    }

    /// The direction of its script, as in HTML's `dir`.
    pub const fn direction(self) -> &'static str {
        match self {
            Self::Arabic | Self::Hebrew => "rtl",
            _ => "ltr",
        }
    }

    /// The language of a tag such as `pt-BR`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        // `iw` is what old browsers call Hebrew.
        let primary = if primary.eq_ignore_ascii_case("iw") { "he" } else { primary };
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(primary))
    }

    /// The language for a request.
    pub fn of_request(query: Option<&str>, headers: &HeaderMap) -> Self {
        chosen(query)
            .or_else(|| cookies::read(headers, cookies::LANGUAGE).and_then(Self::from_tag))
            .or_else(|| accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?))
            .unwrap_or(Self::English)
    }
}

/// The language that `?lang=` names.
fn chosen(query: Option<&str>) -> Option<Language> {
    let tag = query?.split('&').find_map(|pair| pair.strip_prefix("lang="))?;
    Language::from_tag(tag)
}

/// The first of the best that the browser accepts and the pages have.
fn accepted(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for part in header.split(',') {
        let (tag, weight) = weighed(part);
        let Some(language) = Language::from_tag(tag) else { continue };
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// A part of `Accept-Language` with its weight, which is 1 unless a `q` says otherwise.
fn weighed(part: &str) -> (&str, f32) {
    let (tag, parameters) = part.split_once(';').unwrap_or((part, ""));
    let weight = match parameters.trim().strip_prefix("q=") {
        Some(number) => number.trim().parse().unwrap_or(0.0),
        None => 1.0,
    };
    (tag.trim(), weight)
}

/// Remembers a language that was chosen with `?lang=`.
pub(crate) async fn remember(request: Request, next: Next) -> Response {
    let language = chosen(request.uri().query());
    let mut response = next.run(request).await;
    if let Some(cookie) = language.and_then(|language| cookies::language(language.code())) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_language_that_the_pages_have_wins() {
        assert_eq!(accepted("pt-BR,pt;q=0.9,en;q=0.8"), Some(Language::Portuguese));
        assert_eq!(accepted("de, en;q=0.5, ru;q=0.7"), Some(Language::Russian));
        assert_eq!(accepted("iw-IL"), Some(Language::Hebrew));
        assert_eq!(accepted("en;q=0, ar;q=0.1"), Some(Language::Arabic));
        assert_eq!(accepted("de, ja"), None);
        assert_eq!(accepted("*"), None);
    }

    #[test]
    fn a_choice_goes_before_the_cookie_and_the_cookie_before_the_browser() {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, "ru".parse().unwrap());
        assert_eq!(Language::of_request(None, &headers), Language::Russian);
        headers.insert(axum::http::header::COOKIE, "siskin_language=es".parse().unwrap());
        assert_eq!(Language::of_request(None, &headers), Language::Spanish);
        assert_eq!(Language::of_request(Some("q=1&lang=he"), &headers), Language::Hebrew);
        assert_eq!(Language::of_request(Some("lang=xx"), &headers), Language::Spanish);
    }
}
