//! The rules of the house that neither the compiler nor clippy can check.
//!
//! One file is one family of rules. A rule answers with problems; a problem names the line
//! and says what to do.

mod dependencies;
mod direction;
mod names;
mod size;
mod source;
mod tests_wait;
mod text;
mod tree;
mod words;

use std::fmt;

use crate::project::Project;
use crate::tally::Tally;
use tree::File;

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    file: String,
    /// 0 when the whole file is meant.
    line: usize,
    message: String,
}

impl Problem {
    fn new(file: &str, line: usize, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.message),
            line => write!(f, "{}:{line}: {}", self.file, self.message),
        }
    }
}

/// Prints what is wrong, and answers whether nothing is.
pub fn print(project: &Project) -> anyhow::Result<bool> {
    let tally = check(project)?;
    println!("{} passed, {} failed", tally.passed, tally.failed);
    Ok(tally.failed == 0)
}

/// Checks every family of rules, prints the problems and counts the families.
pub fn check(project: &Project) -> anyhow::Result<Tally> {
    let files = tree::files(project.root())?;
    let (sources, unreadable) = source::parse(&files);
    let families: [(&str, Vec<Problem>); 9] = [
        ("every Rust file can be parsed", unreadable),
        ("text is tidy", text::check(&files)),
        ("the project speaks only of itself, and holds no secret", words::check(&files)),
        ("files and functions are of house size", size::check(&files, &sources)),
        ("each crate names only the libraries it may", names::check(&sources)),
        ("tests wait for events and all of them run", tests_wait::check(&sources)),
        ("crates depend in one direction", direction::check(project.metadata())),
        ("licences and bans of dependencies", dependencies::check(project)?),
        ("the licence is there", licence(&files)),
    ];
    let mut tally = Tally::default();
    for (family, problems) in families {
        println!("{} {family}", if problems.is_empty() { "ok  " } else { "FAIL" });
        for problem in &problems {
            println!("     {problem}");
        }
        tally += Tally::one(problems.is_empty());
    }
    size::print(&sources);
    dependencies::print_duplicates(project.metadata());
    Ok(tally)
}

fn licence(files: &[File]) -> Vec<Problem> {
    let title = "GNU AFFERO GENERAL PUBLIC LICENSE";
    if files.iter().any(|file| file.path == "LICENSE" && file.text.contains(title)) {
        return Vec::new();
    }
    vec![Problem::new("LICENSE", 0, "must hold the text of the AGPL, version 3")]
}

/// Whether a doc comment of a library holds Rust that would be run as a test.
pub fn has_doctests(project: &Project) -> anyhow::Result<bool> {
    let files = tree::files(project.root())?;
    Ok(files.iter().filter(|file| file.extension() == "rs").any(|file| holds_example(&file.text)))
}

fn holds_example(text: &str) -> bool {
    let mut inside = false;
    for line in text.lines().map(str::trim_start) {
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(language) = comment.and_then(|line| line.trim().strip_prefix("```")) else {
            continue;
        };
        if !inside && matches!(language, "" | "rust" | "no_run" | "should_panic") {
            return true;
        }
        inside = !inside;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_a_fenced_block_of_rust() {
        assert!(holds_example("/// ```\n/// f();\n/// ```\n"));
        assert!(holds_example("    //! ```no_run\n"));
        assert!(!holds_example("/// ```text\n/// QR\n/// ```\nfn a() {}\n"));
        assert!(!holds_example("let fence = \"```\";\n"));
    }

    #[test]
    fn a_problem_says_where_it_is() {
        assert_eq!(Problem::new("a.rs", 3, "mend it").to_string(), "a.rs:3: mend it");
        assert_eq!(Problem::new("LICENSE", 0, "add it").to_string(), "LICENSE: add it");
    }
}
