//! What the pages say, one file per language in `locales/`.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;

use siskin_model::Reason;

use crate::language::Language;

/// Keeps a value apart from the text around it, whose script may run the other way (Unicode:
/// first strong isolate, pop directional isolate).
const ISOLATE: (char, char) = ('\u{2068}', '\u{2069}');

type Catalogue = HashMap<String, String>;

/// The texts of one language.
#[derive(Clone, Copy)]
pub(crate) struct Texts {
    language: Language,
    catalogue: &'static Catalogue,
}

static CATALOGUES: LazyLock<[Catalogue; 6]> = LazyLock::new(|| Language::ALL.map(read));

fn read(language: Language) -> Catalogue {
    let file = match language {
        Language::English => include_str!("../locales/en.toml"),
        Language::Spanish => include_str!("../locales/es.toml"),
        Language::Portuguese => include_str!("../locales/pt.toml"),
        Language::Russian => include_str!("../locales/ru.toml"),
        Language::Arabic => include_str!("../locales/ar.toml"),
        Language::Hebrew => include_str!("../locales/he.toml"),
    };
    // The files are part of the binary and a test reads each of them.
    let sections: HashMap<String, HashMap<String, String>> =
        toml::from_str(file).unwrap_or_default();
    let entries = sections.into_iter().flat_map(|(section, texts)| {
        texts.into_iter().map(move |(key, text)| (format!("{section}.{key}"), text))
    });
    entries.collect()
}

impl Texts {
    pub fn of(language: Language) -> Self {
        Self { language, catalogue: &CATALOGUES[language as usize] }
    }

    /// The code of the language, for HTML's `lang`.
    pub fn code(&self) -> &'static str {
        self.language.code()
    }

    /// The direction of the language, for HTML's `dir`.
    pub fn direction(&self) -> &'static str {
        self.language.direction()
    }

    /// The text of a key. A test finds every key that a template or a handler asks for.
    pub fn say(&self, key: &str) -> &'static str {
        self.catalogue.get(key).map_or("", String::as_str)
    }

    /// The text of a key, where there is one.
    pub fn maybe(&self, key: &str) -> Option<&'static str> {
        self.catalogue.get(key).map(String::as_str)
    }

    /// The text of a key with its one placeholder filled, as HTML: the value is escaped and
    /// keeps its own direction.
    pub fn with(&self, key: &str, name: &str, value: impl Display) -> String {
        self.with_html(key, &[(name, &escaped(&value.to_string()))])
    }

    /// The text of a key with its placeholders filled by what is HTML already.
    pub fn with_html(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut html = escaped(self.say(key));
        for (name, value) in values {
            html = html.replace(&format!("{{{name}}}"), &format!("<bdi>{value}</bdi>"));
        }
        html
    }

    /// The text of a key as HTML, with what stands between asterisks set off: the words that
    /// the reader has to find on the phone.
    pub fn rich(&self, key: &str) -> String {
        let text = escaped(self.say(key));
        let parts = text.split('*').enumerate();
        parts
            .map(|(i, part)| if i % 2 == 1 { format!("<b>{part}</b>") } else { part.into() })
            .collect()
    }

    /// The text of a key for a script that fills its placeholders: they stay, isolated.
    pub fn plain(&self, key: &str) -> String {
        let (open, close) = ISOLATE;
        self.say(key).replace('{', &format!("{open}{{")).replace('}', &format!("}}{close}"))
    }

    /// What happened and what the reader can do.
    pub fn reason(&self, reason: Reason) -> &'static str {
        self.say(&format!("reason.{}", reason.code()))
    }
}

fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn keys(language: Language) -> BTreeSet<&'static str> {
        Texts::of(language).catalogue.keys().map(String::as_str).collect()
    }

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_placeholders() {
        let english = Texts::of(Language::English);
        assert!(!keys(Language::English).is_empty());
        for language in Language::ALL {
            let texts = Texts::of(language);
            assert_eq!(keys(Language::English), keys(language), "{language:?}");
            for key in keys(language) {
                let (here, there) = (texts.say(key), english.say(key));
                assert_eq!(placeholders(here), placeholders(there), "{language:?} {key}");
                assert!(!here.trim().is_empty(), "{language:?} {key}");
            }
        }
    }

    #[test]
    fn every_reason_is_told_in_every_language() {
        for language in Language::ALL {
            for reason in Reason::ALL {
                assert_ne!(Texts::of(language).reason(reason), "", "{language:?} {reason:?}");
            }
        }
    }

    /// Whatever looks like a key in templates and code is one, and every key is used.
    #[test]
    fn keys_and_their_uses_match() {
        let used = used_keys();
        let known = keys(Language::English);
        let unknown: Vec<_> = used.iter().filter(|key| !known.contains(key.as_str())).collect();
        assert!(unknown.is_empty(), "asked for and in no language: {unknown:?}");
        let computed = ["reason.", "state.", "settings."];
        let is_computed = |key: &&str| computed.iter().any(|section| key.starts_with(section));
        let idle: Vec<_> =
            known.iter().filter(|key| !used.contains(**key) && !is_computed(key)).collect();
        assert!(idle.is_empty(), "in every language and never asked for: {idle:?}");
    }

    fn used_keys() -> BTreeSet<String> {
        let sections: BTreeSet<_> =
            keys(Language::English).iter().filter_map(|key| key.split('.').next()).collect();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut used = BTreeSet::new();
        for folder in ["templates", "src", "src/instances", "src/link", "src/chat", "src/tail"] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if !path.is_file() || path.ends_with("texts.rs") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                used.extend(
                    text.split('"').filter(|quoted| is_key(quoted, &sections)).map(Into::into),
                );
            }
        }
        used
    }

    fn is_key(quoted: &str, sections: &BTreeSet<&str>) -> bool {
        let Some((section, name)) = quoted.split_once('.') else { return false };
        let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let file = ["html", "js", "css", "svg", "toml"].contains(&name);
        sections.contains(section) && !name.is_empty() && name.chars().all(word) && !file
    }

    #[test]
    fn a_value_is_escaped_and_isolated() {
        let html = Texts::of(Language::English).with("list.nothing", "query", "<b>");
        assert_eq!(html, "Nothing matches “<bdi>&lt;b&gt;</bdi>”");
    }
}
