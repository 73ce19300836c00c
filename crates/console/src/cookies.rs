//! The two cookies: the session of the console and the language.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The session of the console.
pub(crate) const SESSION: &str = "siskin_session";
/// The language that the reader has chosen.
pub(crate) const LANGUAGE: &str = "siskin_language";

const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The value of a cookie of the request.
pub(crate) fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// The header that starts a session of the console. `https`: the reader came by it.
pub(crate) fn session(value: &str, https: bool) -> Option<HeaderValue> {
    let secure = if https { "; Secure" } else { "" };
    let text = format!("{SESSION}={value}; Path=/console; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The header that ends it.
pub(crate) fn no_session() -> HeaderValue {
    HeaderValue::from_static("siskin_session=; Path=/console; HttpOnly; SameSite=Strict; Max-Age=0")
}

/// The header that remembers a language.
pub(crate) fn language(code: &str) -> Option<HeaderValue> {
    let text = format!("{LANGUAGE}={code}; Path=/; HttpOnly; SameSite=Lax; Max-Age={YEAR_SECONDS}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static("a=1; siskin_language=he;b=2"));
        assert_eq!(read(&headers, LANGUAGE), Some("he"));
        assert_eq!(read(&headers, SESSION), None);
    }
}
