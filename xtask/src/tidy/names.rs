//! Which crate may name which library: a crate hides a secret, and these are the secrets.

use super::Problem;
use super::source::{Name, Source};

/// A library, who may name it, and what the others do instead.
struct Rule {
    is_library: fn(&Name) -> bool,
    crates: &'static [&'static str],
    /// Whether the tests of every crate may name it as well.
    free_in_tests: bool,
    instead: &'static str,
}

const RULES: [Rule; 6] = [
    Rule {
        is_library: |name| {
            name.name == "whatsapp_rust"
                || name.name == "waproto"
                || name.name == "wacore"
                || name.name.starts_with("wacore_")
        },
        crates: &["whatsapp", "sim-server", "sim-phone", "simulator"],
        free_in_tests: false,
        instead: "only `whatsapp` knows the engine; go through the Engine port of `fleet`",
    },
    Rule {
        is_library: |name| matches!(&*name.name, "rusqlite" | "sqlx"),
        crates: &["store-sqlite", "store-postgres"],
        // They play another program that has a database open.
        free_in_tests: true,
        instead: "SQL lives in the store crates; add a method to a trait of `store`",
    },
    Rule {
        is_library: |name| name.name == "axum",
        crates: &["api", "console", "siskin", "testkit", "sim-server", "simulator"],
        free_in_tests: true,
        instead: "only `api`, `console` and the wiring know HTTP",
    },
    Rule {
        is_library: |name| {
            let builds = ["Client", "ClientBuilder", "blocking", "get"];
            name.name == "reqwest" && name.next.as_deref().is_some_and(|n| builds.contains(&n))
        },
        crates: &["outbound", "testkit"],
        free_in_tests: true,
        instead: "only `outbound` builds an HTTP client, behind its guard",
    },
    Rule {
        is_library: |name| name.name == "anyhow",
        // The engine's own traits answer with it.
        crates: &["siskin", "xtask", "testkit", "whatsapp"],
        free_in_tests: true,
        instead: "a library has an error enum of its own (thiserror)",
    },
    Rule {
        is_library: |name| {
            matches!(&*name.name, "siskin_simulator" | "siskin_sim_phone" | "siskin_sim_server")
        },
        crates: &["siskin", "simulator", "sim-phone"],
        free_in_tests: false,
        instead: "only the wiring starts the simulated network, in a sandbox build",
    },
];

/// The one way to ask for the time is a Clock that was passed in; these files make them.
const CLOCK_FILE: &str = "/clock.rs";

/// Checks every name of every file.
pub fn check(sources: &[Source]) -> Vec<Problem> {
    sources.iter().flat_map(check_source).collect()
}

fn check_source(source: &Source) -> Vec<Problem> {
    let mut problems = Vec::new();
    for rule in RULES.iter().filter(|rule| !rule.crates.contains(&source.crate_name.as_str())) {
        let used = source
            .names
            .iter()
            .filter(|name| (rule.is_library)(name) && !(rule.free_in_tests && name.in_test));
        problems.extend(used.map(|name| {
            let message = format!("names `{}`: {}", name.name, rule.instead);
            Problem::new(&source.path, name.line, message)
        }));
    }
    if !source.path.ends_with(CLOCK_FILE) {
        problems.extend(source.names.iter().filter(|name| reads_the_clock(name)).map(|name| {
            let message =
                "reads the clock of the machine: take a `Clock`, so that a test can turn it";
            Problem::new(&source.path, name.line, message)
        }));
    }
    problems
}

fn reads_the_clock(name: &Name) -> bool {
    name.name == "SystemTime" && name.next.as_deref() == Some("now") && !name.in_test
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::parse_one;

    fn is_clean(path: &str, text: &str) -> bool {
        check(&[parse_one(path, text).unwrap()]).is_empty()
    }

    #[test]
    fn a_secret_is_named_only_by_its_crate() {
        for (library, owner) in [
            ("wacore_binary::Node", "whatsapp"),
            ("whatsapp_rust::Client", "simulator"),
            ("rusqlite::Connection", "store-sqlite"),
            ("axum::Router", "console"),
            ("reqwest::Client", "outbound"),
            ("anyhow::Result", "siskin"),
        ] {
            let text = format!("use {library};\n");
            assert!(is_clean(&format!("crates/{owner}/src/a.rs"), &text), "{library}");
            assert!(!is_clean("crates/fleet/src/a.rs", &text), "{library}");
        }
    }

    #[test]
    fn a_type_of_a_client_is_no_client() {
        assert!(is_clean("crates/delivery/src/a.rs", "fn f(status: reqwest::StatusCode) {}"));
    }

    #[test]
    fn some_libraries_are_free_in_tests() {
        let test =
            "#[cfg(test)]\nmod tests {\n    use axum::Router;\n    use waproto::Message;\n}\n";
        let found = check(&[parse_one("crates/delivery/src/a.rs", test).unwrap()]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].line, 4);
    }

    #[test]
    fn only_a_clock_reads_the_time() {
        let text = "fn now() { std::time::SystemTime::now(); }";
        assert!(is_clean("crates/store/src/clock.rs", text));
        assert!(!is_clean("crates/store/src/memory.rs", text));
    }
}
