//! The query of a media URL. Clients append `?auth=…` to a direct path that has a query
//! already, so a second question mark separates as an ampersand does.

/// The value of `key` in a raw query. The values that hosts hand out need no decoding.
pub(super) fn value<'q>(query: &'q str, key: &str) -> Option<&'q str> {
    query.split(['&', '?']).find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_question_mark_separates() {
        let query = "oh=a&oe=b&_nc_sid=5e03e0?auth=c&token=d";
        assert_eq!(value(query, "oe"), Some("b"));
        assert_eq!(value(query, "auth"), Some("c"));
        assert_eq!(value(query, "token"), Some("d"));
        assert_eq!(value(query, "o"), None);
    }
}
