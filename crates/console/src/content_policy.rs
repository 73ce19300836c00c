use axum::http::HeaderValue;

/// Nothing from elsewhere, nothing inline, in nobody's frame. `phones` is the origin of the
/// virtual phones in a sandbox, if they have one of their own.
pub(crate) fn policy(phones: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         media-src 'self'; connect-src {}; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'",
        ["'self'", phones].join(" ").trim_end()
    );
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}
