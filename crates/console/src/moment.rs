use jiff::Timestamp;
use siskin_model::UnixMillis;

/// A moment as HTML, in UTC; a script writes it in the reader's own way.
pub(crate) fn html(at: UnixMillis) -> String {
    time(at, "", "%Y-%m-%d %H:%M UTC")
}

/// A moment of which today's readers need only the hour.
pub(crate) fn short(at: UnixMillis) -> String {
    time(at, " data-short", "%m-%d %H:%M")
}

fn time(at: UnixMillis, attribute: &str, format: &str) -> String {
    let Ok(timestamp) = Timestamp::from_millisecond(at.0) else { return String::new() };
    let machine = timestamp.strftime("%Y-%m-%dT%H:%M:%SZ");
    let people = timestamp.strftime(format);
    format!("<time datetime=\"{machine}\"{attribute}>{people}</time>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_readable_by_both() {
        let at = UnixMillis(1_700_000_000_000);
        assert_eq!(html(at), "<time datetime=\"2023-11-14T22:13:20Z\">2023-11-14 22:13 UTC</time>");
        assert_eq!(
            short(at),
            "<time datetime=\"2023-11-14T22:13:20Z\" data-short>11-14 22:13</time>"
        );
    }
}
