//! The build that people run against WhatsApp: without the simulated network, and with the
//! check of WhatsApp's certificate chain.

use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::rust::{BUILD_LIMIT, FEATURES, cargo};
use super::{Ended, runner};
use crate::command;
use crate::project::Project;
use crate::tally::Tally;

/// The engine's feature that accepts any certificate chain.
const DANGER: &str = "danger-skip-cert-chain-verify";

/// The module of tests that start both builds; `.config/nextest.toml` keeps it out of the
/// other runs.
const TEST: &str = "crates/siskin/tests/it/plain_build.rs";

/// Where the test finds the plain binary.
const PLAIN_BINARY: &str = "SISKIN_PLAIN_BINARY";

const TREE_LIMIT: Duration = Duration::from_secs(60);

/// Nothing in the dependency tree of a plain build switches the check off.
pub fn features(project: &Project) -> anyhow::Result<Ended> {
    let mut tree = cargo(project);
    tree.args(["tree", "--package", "siskin", "--edges", "normal,build,features"]);
    let outcome = command::run(tree.args(["--invert", "wacore-noise"]), TREE_LIMIT)?;
    let mut output = outcome.output;
    let knows_the_crate = output.iter().any(|line| line.contains("wacore-noise"));
    let danger = output.iter().any(|line| line.contains(DANGER));
    if danger {
        output.push(format!("a build without `sandbox` has the engine's feature {DANGER}"));
    }
    Ok(Ended::Ran(Tally::one(outcome.ok && knows_the_crate && !danger), output))
}

/// A plain build that is pointed at the simulator never shows a QR code.
pub fn refuses(project: &Project) -> anyhow::Result<Ended> {
    if !project.path(TEST).is_file() {
        return Ok(Ended::Skipped(format!("there is no {TEST} yet")));
    }
    let mut build = cargo(project);
    build.args(["build", "--package", "siskin"]);
    ensure!(command::run(&mut build, BUILD_LIMIT)?.ok, "the build without `sandbox` failed");
    // The next build puts the sandbox binary in the same place.
    let plain = project.scratch()?.join("siskin-plain");
    std::fs::copy(project.binary(), &plain)
        .with_context(|| format!("cannot copy {}", project.binary().display()))?;
    let mut nextest = cargo(project);
    nextest.args(["nextest", "run", "--profile", "plain-build"]).args(FEATURES);
    runner(nextest.env(PLAIN_BINARY, plain), BUILD_LIMIT)
}
