use reqwest::Response;

/// A header of an answer, if it is text.
pub(crate) fn header(answer: &Response, name: &str) -> Option<String> {
    let value = answer.headers().get(name)?;
    // Names of files come in raw UTF-8 too.
    std::str::from_utf8(value.as_bytes()).ok().map(str::to_owned)
}
