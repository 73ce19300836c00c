//! The direction in which crates depend on each other (see ARCHITECTURE.md).

use cargo_metadata::{DependencyKind, Metadata};

use super::Problem;

/// A crate, and the crates of ours that it may depend on.
const ALLOWED: [(&str, &[&str]); 22] = [
    ("siskin-model", &[]),
    ("siskin-green-api", &["siskin-model"]),
    ("siskin-qr", &[]),
    ("siskin-outbound", &["siskin-model"]),
    ("siskin-store", &["siskin-model", "siskin-green-api"]),
    ("siskin-store-testing", &["siskin-model", "siskin-green-api", "siskin-store"]),
    ("siskin-store-sqlite", &["siskin-model", "siskin-green-api", "siskin-store"]),
    ("siskin-store-postgres", &["siskin-model", "siskin-green-api", "siskin-store"]),
    ("siskin-media", &["siskin-model"]),
    ("siskin-fleet", &["siskin-model", "siskin-green-api", "siskin-store", "siskin-media"]),
    ("siskin-fleet-testing", &["siskin-model", "siskin-store", "siskin-media", "siskin-fleet"]),
    (
        "siskin-whatsapp",
        // The vendor's words for its feature `fuzzing` alone, and in tests.
        &["siskin-model", "siskin-green-api", "siskin-store", "siskin-fleet", "siskin-outbound"],
    ),
    (
        "siskin-delivery",
        &["siskin-model", "siskin-green-api", "siskin-store", "siskin-fleet", "siskin-outbound"],
    ),
    (
        "siskin-api",
        &[
            "siskin-model",
            "siskin-green-api",
            "siskin-store",
            "siskin-media",
            "siskin-outbound",
            "siskin-fleet",
            "siskin-delivery",
            "siskin-qr",
            // For the harness of `fuzz/` alone.
            "siskin-fleet-testing",
            "siskin-store-testing",
        ],
    ),
    (
        "siskin-console",
        &["siskin-model", "siskin-green-api", "siskin-store", "siskin-fleet", "siskin-qr"],
    ),
    ("siskin-sim-server", &[]),
    ("siskin-sim-phone", &["siskin-sim-server"]),
    ("siskin-simulator", &["siskin-sim-server", "siskin-sim-phone"]),
    ("siskin-testkit", &["siskin-model", "siskin-qr"]),
    ("siskin-benches", &["siskin-testkit"]),
    ("xtask", &[]),
    ("siskin", &["siskin-*"]),
];

/// What tests may use besides, in every crate but the simulator's.
const ALLOWED_IN_TESTS: [&str; 7] = [
    "siskin-testkit",
    "siskin-store",
    "siskin-store-testing",
    "siskin-store-sqlite",
    "siskin-fleet",
    "siskin-fleet-testing",
    "siskin-outbound",
];

/// The crates of the simulated network, which share no code with the product.
const SIMULATOR: [&str; 3] = ["siskin-sim-server", "siskin-sim-phone", "siskin-simulator"];

/// Checks every crate of the workspace.
pub fn check(metadata: &Metadata) -> Vec<Problem> {
    let mut problems = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in package.dependencies.iter().filter(|d| d.path.is_some()) {
            let for_tests = dependency.kind == DependencyKind::Development;
            if let Some(message) = refuse(&package.name, &dependency.name, for_tests) {
                let manifest = package
                    .manifest_path
                    .strip_prefix(&metadata.workspace_root)
                    .unwrap_or(&package.manifest_path);
                problems.push(Problem::new(manifest.as_str(), 0, message));
            }
        }
    }
    problems
}

/// Why `from` may not depend on `to`.
fn refuse(from: &str, to: &str, for_tests: bool) -> Option<String> {
    let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| *name == from) else {
        let table = "the table in xtask/src/tidy/direction.rs";
        return Some(format!("`{from}` is a new crate: say in {table} what it may depend on"));
    };
    let in_tests = for_tests && !SIMULATOR.contains(&from) && ALLOWED_IN_TESTS.contains(&to);
    // A crate may name itself to test with a feature of its own.
    if from == to || in_tests || allowed.contains(&to) || allowed.contains(&"siskin-*") {
        return None;
    }
    Some(format!("`{from}` may not depend on `{to}`: see the directions in ARCHITECTURE.md"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_point_inwards() {
        assert_eq!(refuse("siskin-api", "siskin-fleet", false), None);
        assert_eq!(refuse("siskin", "siskin-simulator", false), None);
        assert!(refuse("siskin-fleet", "siskin-api", false).is_some());
        assert!(refuse("siskin-api", "siskin-console", false).is_some());
        assert!(refuse("siskin-model", "siskin-store", false).is_some());
    }

    #[test]
    fn tests_may_use_more_but_the_simulator_never_does() {
        assert_eq!(refuse("siskin-api", "siskin-store-sqlite", true), None);
        assert!(refuse("siskin-simulator", "siskin-fleet", true).is_some());
        assert!(refuse("siskin-sim-phone", "siskin-fleet", true).is_some());
        assert!(refuse("siskin-whatsapp", "siskin-simulator", true).is_some());
    }

    #[test]
    fn the_simulated_server_knows_no_phone() {
        assert_eq!(refuse("siskin-sim-phone", "siskin-sim-server", false), None);
        assert!(refuse("siskin-sim-server", "siskin-sim-phone", false).is_some());
        assert!(refuse("siskin-sim-server", "siskin-sim-phone", true).is_some());
    }

    #[test]
    fn a_new_crate_has_to_be_placed() {
        assert!(refuse("siskin-new", "siskin-model", false).unwrap().contains("new crate"));
    }
}
