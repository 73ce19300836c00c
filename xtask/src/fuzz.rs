//! Runs the fuzz targets, each for a given time.

use std::fs;
use std::time::Duration;

use anyhow::{Context as _, ensure};

use crate::project::Project;
use crate::{command, steps};

/// The targets, as in `fuzz/Cargo.toml`.
const TARGETS: [&str; 2] = ["inbound_message", "json_body"];
/// How long each runs unless somebody says otherwise, in seconds.
const SECONDS: u64 = 180;
/// The first build compiles the engine with instrumentation.
const BUILD_LIMIT: Duration = Duration::from_secs(60 * 60);
/// How long one input may take, in seconds: above, it counts as a finding.
const SLOWEST: u64 = 20;

/// `[TARGET] [SECONDS]`, in this order. Answers whether nothing was found.
pub fn run(project: &Project, arguments: &[&str]) -> anyhow::Result<bool> {
    let (targets, seconds) = choose(arguments)?;
    if !command::run(steps::cargo(project).args(["fuzz", "--version"]), BUILD_LIMIT)?.ok {
        let mut install = steps::cargo(project);
        let installed = command::run(install.args(["install", "cargo-fuzz"]), BUILD_LIMIT)?;
        ensure!(installed.ok, "cannot install cargo-fuzz");
    }
    let mut found = Vec::new();
    for target in targets {
        if !fuzz(project, target, seconds)? {
            found.push(target);
        }
    }
    for target in &found {
        println!(
            "{target} failed: see above. The input of a finding is in fuzz/artifacts/{target}; \
             mend what it shows, and keep it in fuzz/seeds/{target} under a name that says what"
        );
    }
    Ok(found.is_empty())
}

fn choose<'a>(arguments: &[&'a str]) -> anyhow::Result<(Vec<&'a str>, u64)> {
    let (targets, rest) = match arguments {
        [target, rest @ ..] if TARGETS.contains(target) => (vec![*target], rest),
        rest => (TARGETS.to_vec(), rest),
    };
    let seconds = match rest {
        [] => SECONDS,
        [seconds] => seconds
            .parse()
            .with_context(|| format!("`{seconds}` is neither of {TARGETS:?} nor a time"))?,
        _ => anyhow::bail!("a target and a time in seconds are all that it takes"),
    };
    Ok((targets, seconds))
}

fn fuzz(project: &Project, target: &str, seconds: u64) -> anyhow::Result<bool> {
    let corpus = project.path(&format!("fuzz/corpus/{target}"));
    fs::create_dir_all(&corpus).with_context(|| format!("cannot create {}", corpus.display()))?;
    let mut cargo = steps::cargo(project);
    // The sanitizers need nightly Rust. Code that looks whether it is fuzzed, such as that of
    // cryptographic libraries, does what it does in the product.
    cargo.args(["fuzz", "run", "--sanitizer", "none", "--no-cfg-fuzzing"]);
    cargo.args(["--codegen-units", "16", target]);
    // What is new goes to the first folder.
    cargo.arg(corpus).arg(project.path(&format!("fuzz/seeds/{target}")));
    cargo.arg("--").arg(format!("-max_total_time={seconds}")).arg(format!("-timeout={SLOWEST}"));
    let limit = BUILD_LIMIT + Duration::from_secs(seconds);
    Ok(command::run(&mut cargo, limit)?.ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn target_and_time_are_optional() {
        assert_eq!(choose(&[]).unwrap(), (TARGETS.to_vec(), SECONDS));
        assert_eq!(choose(&["9"]).unwrap(), (TARGETS.to_vec(), 9));
        assert_eq!(choose(&["json_body"]).unwrap(), (vec!["json_body"], SECONDS));
        assert_eq!(choose(&["json_body", "9"]).unwrap(), (vec!["json_body"], 9));
        for wrong in [&["json"][..], &["9", "json_body"], &["json_body", "9", "9"]] {
            assert!(choose(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn the_targets_are_those_of_the_manifest() {
        let manifest: toml::Table = include_str!("../../fuzz/Cargo.toml").parse().unwrap();
        let bins = manifest["bin"].as_array().unwrap();
        let names: Vec<_> = bins.iter().map(|bin| bin["name"].as_str().unwrap()).collect();
        assert_eq!(names, TARGETS);
    }
}
