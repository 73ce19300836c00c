//! Licences, bans and sources of dependencies: what deny.toml says, checked offline.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use cargo_metadata::{Metadata, Package};
use spdx::{Expression, ParseMode};
use toml::Table;

use super::Problem;
use crate::project::Project;

const POLICY: &str = "deny.toml";

/// Crates that cost when there are two of them: compile time, memory, or types that do not
/// fit together.
const KEY_CRATES: [&str; 11] = [
    "axum",
    "http",
    "hyper",
    "libsqlite3-sys",
    "prost",
    "reqwest",
    "ring",
    "rusqlite",
    "rustls",
    "tokio",
    "wacore",
];

/// The parts of deny.toml that are checked here.
struct Policy {
    licences: BTreeSet<String>,
    /// Crate and reason.
    bans: BTreeMap<String, String>,
    registries: BTreeSet<String>,
}

/// Checks every crate that any feature or test can pull in.
pub fn check(project: &Project) -> anyhow::Result<Vec<Problem>> {
    let text = std::fs::read_to_string(project.path(POLICY))
        .with_context(|| format!("cannot read {POLICY}"))?;
    let policy = Policy::parse(&text)?;
    Ok(project.metadata().packages.iter().flat_map(|package| policy.check(package)).collect())
}

/// Prints key crates that are there twice.
pub fn print_duplicates(metadata: &Metadata) {
    for name in KEY_CRATES {
        let versions: BTreeSet<String> = metadata
            .packages
            .iter()
            .filter(|package| package.name.as_str() == name)
            .map(|package| package.version.to_string())
            .collect();
        if versions.len() > 1 {
            let versions: Vec<String> = versions.into_iter().collect();
            println!("     {name} is there more than once: {}", versions.join(", "));
        }
    }
}

impl Policy {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let file: Table = text.parse().with_context(|| format!("{POLICY} is not valid TOML"))?;
        let list = |section: &str, key: &str| {
            file.get(section)
                .and_then(|table| table.get(key)?.as_array())
                .with_context(|| format!("{POLICY} lacks `{key}` in [{section}]"))
        };
        let strings = |section: &str, key: &str| -> anyhow::Result<BTreeSet<String>> {
            let values = list(section, key)?;
            Ok(values.iter().filter_map(|v| v.as_str().map(str::to_owned)).collect())
        };
        let mut bans = BTreeMap::new();
        for ban in list("bans", "deny")? {
            let field = |key| Some(ban.get(key)?.as_str()?.to_owned());
            let name = field("crate").with_context(|| format!("a ban in {POLICY} has no crate"))?;
            bans.insert(name, field("reason").unwrap_or_default());
        }
        Ok(Self {
            licences: strings("licenses", "allow")?,
            bans,
            registries: strings("sources", "allow-registry")?,
        })
    }

    fn check(&self, package: &Package) -> Vec<Problem> {
        let source = package.source.as_ref().map(|source| source.repr.as_str());
        self.check_parts(&package.name, package.license.as_deref(), source)
            .into_iter()
            .map(|message| {
                let what = format!("{} {}: {message}", package.name, package.version);
                Problem::new("Cargo.lock", 0, what)
            })
            .collect()
    }

    fn check_parts(&self, name: &str, licence: Option<&str>, source: Option<&str>) -> Vec<String> {
        let mut messages = Vec::new();
        if let Some(reason) = self.bans.get(name) {
            messages
                .push(format!("is banned: {reason} (`cargo tree -i {name}` says who wants it)"));
        }
        if let Err(message) = self.check_licence(licence) {
            messages.push(message);
        }
        let from_registry = source.is_none_or(|source| {
            source.strip_prefix("registry+").is_some_and(|url| self.registries.contains(url))
        });
        if !from_registry {
            messages.push(format!("comes from {}: take a release", source.unwrap_or_default()));
        }
        messages
    }

    fn check_licence(&self, licence: Option<&str>) -> Result<(), String> {
        let licence = licence.ok_or("names no licence")?;
        let expression = Expression::parse_mode(licence, ParseMode::LAX)
            .map_err(|error| format!("has a licence that cannot be read: {error}"))?;
        let is_allowed = expression.evaluate(|requirement| {
            requirement.license.id().is_some_and(|id| self.licences.contains(id.name))
        });
        if is_allowed {
            return Ok(());
        }
        Err(format!("is under `{licence}`, which {POLICY} does not allow beside AGPL-3.0-only"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

    fn messages(name: &str, licence: Option<&str>, source: &str) -> Vec<String> {
        let policy = Policy::parse(include_str!("../../../deny.toml")).unwrap();
        policy.check_parts(name, licence, Some(source))
    }

    #[test]
    fn licences_are_read_as_expressions() {
        for licence in [
            "MIT",
            "MIT OR GPL-2.0-only",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0/MIT",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(messages("a", Some(licence), REGISTRY).is_empty(), "{licence}");
        }
        for licence in ["GPL-2.0-only", "MIT AND SSPL-1.0", "BUSL-1.1", "no licence at all"] {
            assert_eq!(messages("a", Some(licence), REGISTRY).len(), 1, "{licence}");
        }
        assert_eq!(messages("a", None, REGISTRY), ["names no licence"]);
    }

    #[test]
    fn banned_crates_and_foreign_sources_are_refused() {
        assert!(messages("openssl-sys", Some("MIT"), REGISTRY)[0].contains("rustls"));
        let git = "git+https://example.org/a.git#0123";
        assert!(messages("a", Some("MIT"), git)[0].contains("take a release"));
    }

    #[test]
    fn a_policy_without_licences_is_an_error() {
        assert!(Policy::parse("[bans]\ndeny = []\n").is_err());
    }
}
