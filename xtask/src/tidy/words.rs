//! Words that have no place in the tree: paths of a machine, secrets, talk about how the
//! project came to be.

use regex::Regex;

use super::Problem;
use crate::source::{File, Tree};

/// This file has to name what it forbids.
const OWN_PATH: &str = "xtask/src/tidy/words.rs";

/// A pattern, and what to do about it.
const FORBIDDEN: [(&str, &str); 8] = [
    (
        r#"(?:^|[\s"'`(=])/(?:work|tmp|root|home/\w+|Users/\w+)(?:/|\b)"#,
        "a path of one machine: take a temporary folder or a relative path",
    ),
    (
        r"(?i)\b(?:claude|copilot|chatgpt|openai|anthropic|llms?)\b|\bAI\b",
        "the project speaks only of itself: leave the tools out",
    ),
    (
        r"(?i)(?:^|[^\w-])(?:coding |sub)?agents?\b",
        "if this is the HTTP header write `User-Agent`; otherwise find the field's word",
    ),
    (r"(?i)\bissues?\s+#?\d+\b", "say what it is about; numbers of a tracker do not last"),
    (r"(?i)\bspikes?\b", "name what it is; it is part of the product or it is not here"),
    (r"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key: make one in the test that needs it"),
    (r"\b(?:ghp|gho|github_pat|xox[abp])_?[A-Za-z0-9_-]{20,}\b", "a secret: revoke it, remove it"),
    (r"\bAKIA[0-9A-Z]{16}\b", "a secret: revoke it, remove it"),
];

/// Checks every text file against the list.
pub fn check(tree: &Tree) -> anyhow::Result<Vec<Problem>> {
    let rules = FORBIDDEN.map(|(pattern, message)| Ok((Regex::new(pattern)?, message)));
    let rules: Vec<(Regex, &str)> = rules.into_iter().collect::<anyhow::Result<_>>()?;
    let checked =
        |file: &&File| file.path != OWN_PATH && file.path != "LICENSE" && !file.is_generated();
    Ok(tree.files.iter().filter(checked).flat_map(|file| check_file(file, &rules)).collect())
}

fn check_file(file: &File, rules: &[(Regex, &str)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (number, line) in file.lines() {
        for (pattern, message) in rules {
            if let Some(found) = pattern.find(line) {
                let message = format!("`{}`: {message}", found.as_str().trim());
                problems.push(Problem::new(&file.path, number, message));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_clean(line: &str) -> bool {
        let file = File { path: "a.rs".into(), text: line.into() };
        check(&Tree { files: vec![file], binaries: Vec::new() }).unwrap().is_empty()
    }

    #[test]
    fn paths_of_a_machine_are_found() {
        for line in ["in /work/main/src", "let f = \"/tmp/x\";", "cd /home/ann/siskin", "/root/.x"]
        {
            assert!(!is_clean(line), "{line}");
        }
        for line in ["GET /workers", "crates/siskin/tmp/x", "/homepage", "https://a.example/root/"]
        {
            assert!(is_clean(line), "{line}");
        }
    }

    #[test]
    fn talk_about_tools_is_found_and_protocol_words_are_not() {
        for line in ["made with Copilot", "an AI wrote it", "see issue #12", "a spike of it"] {
            assert!(!is_clean(line), "{line}");
        }
        for line in ["User-Agent: x", "user_agent", "the session's keys", "AIR", "an issue"] {
            assert!(is_clean(line), "{line}");
        }
    }

    #[test]
    fn secrets_are_found() {
        assert!(!is_clean("-----BEGIN RSA PRIVATE KEY-----"));
        assert!(!is_clean(&format!("ghp_{}", "a1".repeat(18))));
        assert!(!is_clean("AKIAABCDEFGHIJKLMNOP"));
    }
}
