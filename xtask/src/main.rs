//! The chores of the project: `cargo xtask test` runs every check, `cargo xtask tidy` those
//! that read the tree.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod command;
mod figures;
mod fuzz;
mod project;
mod source;
mod steps;
mod tally;
mod tidy;

use std::process::ExitCode;

use project::Project;

const USAGE: &str = "\
usage: cargo xtask tidy           check the rules of the house
       cargo xtask figures        measure it: sizes, circles, types that are in many files
       cargo xtask test           install what is missing, then run every check
       cargo xtask test STEP...   run some steps only
       cargo xtask test --list    name the steps
       cargo xtask ci             the same as test
       cargo xtask fuzz [TARGET] [SECONDS]
                                  try inputs that nobody thought of";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Answers whether all is well.
fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy::print(&Project::open()?),
        ["figures"] => figures::print(&Project::open()?),
        ["test", "--list"] => {
            steps::list();
            Ok(true)
        }
        ["test" | "ci", names @ ..] => steps::run(&Project::open()?, names),
        ["fuzz", arguments @ ..] => fuzz::run(&Project::open()?, arguments),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(true)
        }
        _ => anyhow::bail!("no such task: {}\n{USAGE}", words.join(" ")),
    }
}
