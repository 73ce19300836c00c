//! The steps that Cargo does. All of them build the same features, so that the engine is
//! compiled once.

use std::process::Command;
use std::time::Duration;

use super::{Ended, check, program, runner};
use crate::project::Project;
use crate::tidy;

/// The one set of features that everything is checked with.
pub const FEATURES: [&str; 3] = ["--workspace", "--features", "siskin/sandbox"];

const FORMAT_LIMIT: Duration = Duration::from_secs(2 * 60);
/// A cold build of the engine takes a quarter of an hour on two cores.
pub const BUILD_LIMIT: Duration = Duration::from_secs(40 * 60);

/// Whether rustfmt would change anything.
pub fn format(project: &Project) -> anyhow::Result<Ended> {
    check(cargo(project).args(["fmt", "--all", "--check", "--", "--color", "never"]), FORMAT_LIMIT)
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
    if !tidy::has_doctests(project)? {
        return Ok(Ended::Skipped("no comment holds an example".to_owned()));
    }
    runner(cargo(project).args(["test", "--doc"]).args(FEATURES), BUILD_LIMIT)
}

/// The Cargo that started this program.
pub fn cargo(project: &Project) -> Command {
    program(project, std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
