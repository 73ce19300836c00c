//! The steps that Cargo does. All of them build the same features, so that the engine is
//! compiled once.

use std::process::Command;
use std::time::Duration;

use super::{Ended, check, program, runner};
use crate::project::Project;
use crate::source::Tree;

/// The one set of features that everything is checked with.
pub const FEATURES: [&str; 3] = ["--workspace", "--features", "siskin/sandbox"];

const FORMAT_LIMIT: Duration = Duration::from_secs(2 * 60);
/// A cold build of the engine takes a quarter of an hour on two cores.
pub const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// Whether rustfmt would change anything.
pub fn format(project: &Project) -> anyhow::Result<Ended> {
    check(cargo(project).args(["fmt", "--all", "--check", "--", "--color", "never"]), FORMAT_LIMIT)
}

/// Licences, bans and sources of everything that any feature or test can pull in, and which
/// crate may name which library: `deny.toml`.
pub fn deny(project: &Project) -> anyhow::Result<Ended> {
    let mut deny = cargo(project);
    deny.args(["deny", "--workspace", "--all-features", "--offline", "--color", "never"]);
    check(deny.args(["check", "licenses", "bans", "sources"]), FORMAT_LIMIT)
}

/// Warnings of the compiler and of clippy, as errors.
pub fn clippy(project: &Project) -> anyhow::Result<Ended> {
    let mut clippy = cargo(project);
    clippy.arg("clippy").args(FEATURES).args(["--all-targets", "--", "-D", "warnings"]);
    check(&mut clippy, BUILD_LIMIT)
}

/// Every test of the workspace that needs nothing but Rust.
pub fn tests(project: &Project) -> anyhow::Result<Ended> {
    let mut nextest = cargo(project);
    nextest.args(["nextest", "run", "--profile", "ci"]).args(FEATURES);
    runner(&mut nextest, BUILD_LIMIT)
}

/// The examples in doc comments, where there are any: nextest does not run them.
pub fn doctests(project: &Project) -> anyhow::Result<Ended> {
    if !Tree::read(project.root())?.rust().any(|file| holds_example(&file.text)) {
        return Ok(Ended::Skipped("no comment holds an example".to_owned()));
    }
    runner(cargo(project).args(["test", "--doc"]).args(FEATURES), BUILD_LIMIT)
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

/// The Cargo that started this program.
pub fn cargo(project: &Project) -> Command {
    program(project, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
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
}
