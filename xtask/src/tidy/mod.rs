//! The rules of the house that neither the compiler, clippy nor cargo-deny can check.
//!
//! One file is one family of rules. A rule answers with problems; a problem names the line
//! and says what to do.

pub mod circles;
mod direction;
mod documents;
mod lock_file;
mod size;
mod tests_wait;
mod words;

use std::fmt;

use crate::project::Project;
use crate::source::Tree;
use crate::tally::Tally;

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
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
    let tree = Tree::read(project.root())?;
    let families: [(&str, Vec<Problem>); 7] = [
        ("crates depend in one direction", direction::check(project.metadata())),
        ("modules of a crate do not import each other in circles", circles::check(&tree)?),
        ("files are of house size", size::check(&tree)),
        ("tests wait for events and all of them run", tests_wait::check(&tree)),
        ("the project speaks only of itself, and holds no secret", words::check(&tree)?),
        ("what documents name exists", documents::check(&tree)?),
        ("the lock file of fuzz/ goes with its manifests", lock_file::check(project)?),
    ];
    let mut tally = Tally::default();
    for (family, problems) in families {
        println!("{} {family}", if problems.is_empty() { "ok  " } else { "FAIL" });
        for problem in &problems {
            println!("     {problem}");
        }
        tally += Tally::one(problems.is_empty());
    }
    Ok(tally)
}
