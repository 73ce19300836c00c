//! What `cargo xtask test` does, in order. One file is one family of steps.

mod node;
mod outside;
mod plain_build;
mod rust;
mod sandbox;
mod tools;

use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::ensure;

pub use rust::cargo;

use crate::command;
use crate::project::Project;
use crate::tally::Tally;
use crate::tidy;

/// Lines of a failed step that the summary repeats.
const SUMMARY_LINES: usize = 40;

/// One thing that is checked.
struct Step {
    name: &'static str,
    about: &'static str,
    run: fn(&Project) -> anyhow::Result<Ended>,
}

/// How a step ended.
enum Ended {
    /// It ran: the counts, and what it printed if that is worth repeating.
    Ran(Tally, Vec<String>),
    /// It had nothing to do, for this reason.
    Skipped(String),
}

const STEPS: [Step; 11] = [
    Step { name: "tools", about: "installs what the tests need", run: tools::install },
    Step { name: "format", about: "rustfmt agrees", run: rust::format },
    Step { name: "tidy", about: "the rules of the house", run: tidy_rules },
    Step { name: "deny", about: "licences and bans of libraries", run: rust::deny },
    Step { name: "clippy", about: "no warning", run: rust::clippy },
    Step { name: "tests", about: "unit, conformance, scenarios", run: rust::tests },
    Step { name: "doctests", about: "examples in comments", run: rust::doctests },
    Step { name: "browser", about: "the pages in Chromium", run: outside::browser },
    Step { name: "compat", about: "vendor SDKs, foreign clients", run: outside::compat },
    Step { name: "plain-features", about: "no simulator in it", run: plain_build::features },
    Step { name: "plain-build", about: "it refuses the simulator", run: plain_build::refuses },
];

/// Prints the names of the steps.
pub fn list() {
    for step in STEPS {
        println!("{:<16}{}", step.name, step.about);
    }
}

/// Runs the named steps, or all; a failure does not stop the others. Answers whether all is
/// well. The last line is `N passed, N failed`.
pub fn run(project: &Project, names: &[&str]) -> anyhow::Result<bool> {
    for name in names {
        let known = STEPS.iter().any(|step| step.name == *name);
        ensure!(known, "no such step: {name} (`cargo xtask test --list` names them)");
    }
    let started = Instant::now();
    let mut total = Tally::default();
    let mut lines = Vec::new();
    let mut failures = Vec::new();
    for step in STEPS.iter().filter(|step| names.is_empty() || names.contains(&step.name)) {
        let (tally, line) = run_one(project, step, &mut failures);
        total += tally;
        lines.push(line);
    }
    for failure in failures {
        println!("\n{failure}");
    }
    println!("\n== summary ({})", seconds(started.elapsed()));
    for line in lines {
        println!("{line}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(total.failed == 0)
}

fn run_one(project: &Project, step: &Step, failures: &mut Vec<String>) -> (Tally, String) {
    println!("\n== {}: {}", step.name, step.about);
    let started = Instant::now();
    let ended = (step.run)(project).unwrap_or_else(|error| {
        let message = format!("error: {error:#}");
        println!("{message}");
        Ended::Ran(Tally::one(false), vec![message])
    });
    let time = seconds(started.elapsed());
    let (tally, result) = match ended {
        Ended::Skipped(reason) => (Tally::default(), format!("skipped: {reason}")),
        Ended::Ran(tally, output) => {
            if tally.failed > 0 {
                let from = output.len().saturating_sub(SUMMARY_LINES);
                failures.push(format!("== {} failed\n{}", step.name, output[from..].join("\n")));
            }
            (tally, format!("{} passed, {} failed", tally.passed, tally.failed))
        }
    };
    let line = format!("{:<16}{time:>8}  {result}", step.name);
    println!("== {line}");
    (tally, line)
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn tidy_rules(project: &Project) -> anyhow::Result<Ended> {
    let tally = tidy::check(project)?;
    Ok(Ended::Ran(tally, vec!["`cargo xtask tidy` shows it again".to_owned()]))
}

/// A program, started in the root of the tree.
///
/// It does not see what Cargo told this program about its own package: build scripts that look
/// at those variables (ring's does) would run again, and all of the engine be compiled again,
/// whenever `cargo xtask` and `cargo` take turns.
fn program(project: &Project, name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(project.root());
    for (variable, _) in std::env::vars_os() {
        let name = variable.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&variable);
        }
    }
    command
}

/// Runs a test runner and reads its counts.
fn runner(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    let outcome = command::run(command, limit)?;
    Ok(Ended::Ran(Tally::of_runner(&outcome.output, outcome.ok), outcome.output))
}

/// Runs a program that either succeeds or does not: one check.
fn check(command: &mut Command, limit: Duration) -> anyhow::Result<Ended> {
    let outcome = command::run(command, limit)?;
    Ok(Ended::Ran(Tally::one(outcome.ok), outcome.output))
}
