//! What people see of a text.

use icu_properties::CodePointSetData;
use icu_properties::props::DefaultIgnorableCodePoint;

/// Characters that are drawn as nothing and yet are no spaces and not ignorable to Unicode:
/// the braille pattern without dots.
const EMPTY_GLYPHS: [char; 1] = ['\u{2800}'];
/// What stands for a space without being one to Unicode: zero-width space, word joiner, byte
/// order mark, the fillers of Hangul. Joiners and variation selectors are no such thing: they
/// belong to the emoji before them.
const HIDDEN_SPACES: [char; 6] =
    ['\u{200b}', '\u{2060}', '\u{feff}', '\u{3164}', '\u{115f}', '\u{1160}'];

/// Whether there is nothing to see in a text: it is empty or consists of white space, control
/// characters and whatever else is drawn as nothing (Unicode, `Default_Ignorable_Code_Point`).
pub fn is_blank(text: &str) -> bool {
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    text.chars().all(|c| {
        c.is_whitespace() || c.is_control() || EMPTY_GLYPHS.contains(&c) || ignorable.contains(c)
    })
}

/// No more of a text than so many characters.
pub fn within(text: &str, characters: usize) -> &str {
    let end = text.char_indices().nth(characters).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// A text without white space at its ends, be it one that has no width.
pub fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| {
        c.is_whitespace() || EMPTY_GLYPHS.contains(&c) || HIDDEN_SPACES.contains(&c)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_shows_nothing_is_blank() {
        for text in [
            "",
            " ",
            "\r\n\t",
            "\u{a0}",
            "\u{2003}\u{3000}\u{2028}",
            "\u{200b}",
            "\u{200c}\u{200d}\u{2060}\u{feff}",
            "\u{3164}",
            "\u{115f}\u{1160}\u{ffa0}",
            "\u{2800}",
            "\u{ad}\u{34f}\u{180e}",
            "\u{202e}\u{2066}",
            "\u{fe0f}",
            "\u{e0020}",
            "\0\u{7}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn what_shows_something_is_not_blank() {
        for text in ["a", " . ", "\u{200b}0", "❤\u{fe0f}", "👩\u{200d}💻", "\u{301}", "\u{fffd}"]
        {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        for (characters, left) in [(0, ""), (2, "äö"), (3, "äöü"), (4, "äöü")] {
            assert_eq!(within("äöü", characters), left);
        }
    }

    #[test]
    fn trimming_takes_spaces_and_leaves_what_belongs_to_an_emoji() {
        for (text, left) in [
            (" Tea\u{a0}\r\n", "Tea"),
            ("\u{200b}\u{feff}Tea\u{2060} \u{3164}", "Tea"),
            ("Green tea", "Green tea"),
            (" ❤\u{fe0f} ", "❤\u{fe0f}"),
            ("👩\u{200d}💻", "👩\u{200d}💻"),
            ("\u{200b}", ""),
        ] {
            assert_eq!(trimmed(text), left, "{text:?}");
        }
    }
}
