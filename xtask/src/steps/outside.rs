//! Tests in other languages against a running gateway: the browser, and clients that were
//! not written for it.
//!
//! A folder in compat/ is one client. With a package.json it is run by `npm test`, with a
//! check.py by Python.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::ensure;

use super::rust::{BUILD_LIMIT, FEATURES, cargo};
use super::sandbox::Sandbox;
use super::tools::{self, folders_with, python};
use super::{Ended, node, program};
use crate::command;
use crate::project::Project;
use crate::tally::Tally;

const SUITE_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Everything in e2e/, in Chromium.
pub fn browser(project: &Project) -> anyhow::Result<Ended> {
    let folder = project.path("e2e");
    if !folder.is_dir() {
        return Ok(Ended::Skipped("there is no e2e/ yet".to_owned()));
    }
    tools::install(project)?;
    let mut npm = node::npm(project)?;
    npm.args(["test", "--silent"]).current_dir(folder);
    against_sandbox(project, "browser", vec![("e2e".to_owned(), npm)])
}

/// Every client in compat/.
pub fn compat(project: &Project) -> anyhow::Result<Ended> {
    tools::install(project)?;
    let mut suites = Vec::new();
    for folder in folders_with(project, "package.json")? {
        if folder.parent() == Some(&project.path("compat")) {
            let mut npm = node::npm(project)?;
            npm.args(["test", "--silent"]).current_dir(&folder);
            suites.push((name(&folder), npm));
        }
    }
    for folder in folders_with(project, "check.py")? {
        let mut check = program(project, python(project)?);
        check.arg("check.py").current_dir(&folder).env("PYTHONDONTWRITEBYTECODE", "1");
        suites.push((name(&folder), check));
    }
    if suites.is_empty() {
        return Ok(Ended::Skipped("compat/ holds no client yet".to_owned()));
    }
    against_sandbox(project, "compat", suites)
}

/// Runs the suites one after the other; that the gateway then ends well is a check as well.
fn against_sandbox(
    project: &Project,
    purpose: &str,
    suites: Vec<(String, Command)>,
) -> anyhow::Result<Ended> {
    build(project)?;
    let sandbox = Sandbox::start(project, purpose)?;
    let mut total = Tally::default();
    let mut output = Vec::new();
    for (name, mut suite) in suites {
        println!("-- {name}");
        sandbox.describe_to(&mut suite);
        let outcome = command::run(&mut suite, SUITE_LIMIT)?;
        let tally = Tally::of_runner(&outcome.output, outcome.ok);
        total += tally;
        if tally.failed > 0 {
            output.push(format!("-- {name}"));
            output.extend(outcome.output);
        }
    }
    let drained = sandbox.stop();
    if !drained {
        output.push("the gateway did not exit with 0 after SIGTERM".to_owned());
    }
    total += Tally::one(drained);
    Ok(Ended::Ran(total, output))
}

/// With the tests, because their dependencies switch features of the engine on: this way it is
/// the build of the other steps, and nothing is compiled twice.
fn build(project: &Project) -> anyhow::Result<()> {
    let mut build = cargo(project);
    build.arg("build").args(FEATURES).args(["--bins", "--tests"]);
    ensure!(command::run(&mut build, BUILD_LIMIT)?.ok, "the sandbox build failed");
    Ok(())
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
