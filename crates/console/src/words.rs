//! Texts of strangers, made fit to stand in a page. Escaping is the templates' work.

/// How many characters of a line are shown.
const LINE: usize = 120;
/// How many characters of a text are shown: as many as the API lets through in one message.
pub(crate) const TEXT: usize = 20_000;

/// One line out of any text: for names, quotes and lists.
pub(crate) fn line(text: &str) -> String {
    let mut line = String::new();
    let mut space = false;
    for (count, c) in text.chars().filter(|c| !turns(*c)).enumerate() {
        if count >= LINE {
            line.push('…');
            break;
        }
        if c.is_whitespace() || c.is_control() {
            space = !line.is_empty();
            continue;
        }
        if std::mem::take(&mut space) {
            line.push(' ');
        }
        line.push(c);
    }
    line
}

/// A text as it is, of bounded length.
pub(crate) fn text(text: &str) -> String {
    match text.char_indices().nth(TEXT) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether a character turns the direction of what follows it. A file called
/// `fdp.exe` with one of them in it looks like `exe.pdf`.
fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_and_short() {
        assert_eq!(line(" a\n\tb \u{0}c "), "a b c");
        let long = line(&"x".repeat(1000));
        assert_eq!(long.chars().count(), LINE + 1);
    }

    #[test]
    fn nothing_turns_around_what_stands_beside_a_name() {
        assert_eq!(line("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        let shown = text(&"🐦".repeat(TEXT + 5));
        assert_eq!(shown.chars().count(), TEXT + 1);
        assert_eq!(text("short\nlines"), "short\nlines");
    }
}
