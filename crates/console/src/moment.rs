use jiff::Timestamp;
use siskin_model::UnixMillis;

/// A moment as HTML, in UTC; a script writes it in the reader's own way.
pub(crate) fn html(at: UnixMillis) -> String {
    let Ok(timestamp) = Timestamp::from_millisecond(at.0) else { return String::new() };
    let machine = timestamp.strftime("%Y-%m-%dT%H:%M:%SZ");
    let people = timestamp.strftime("%Y-%m-%d %H:%M UTC");
    format!("<time datetime=\"{machine}\">{people}</time>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_readable_by_both() {
        assert_eq!(
            html(UnixMillis(1_700_000_000_000)),
            "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13 UTC</time>"
        );
    }
}
