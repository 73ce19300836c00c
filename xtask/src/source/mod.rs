//! The files of the tree: what git tracks, and what it would track.

mod modules;

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

pub use modules::{Module, is_test, modules};

/// Every text file of the tree.
pub struct Tree {
    /// In the order of their paths.
    pub files: Vec<File>,
    /// The paths of everything else: pictures and other binaries.
    pub binaries: Vec<String>,
}

/// A text file.
pub struct File {
    /// Path from the root of the tree, with slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
}

impl Tree {
    /// Reads what is not ignored.
    pub fn read(root: &Path) -> anyhow::Result<Self> {
        let listing = Command::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .current_dir(root)
            .output()
            .context("cannot start git to list the files of the tree")?;
        ensure!(listing.status.success(), "`git ls-files` failed in {}", root.display());
        let paths = String::from_utf8_lossy(&listing.stdout);
        let mut tree = Self { files: Vec::new(), binaries: Vec::new() };
        for path in paths.split('\0').filter(|path| !path.is_empty()) {
            // A file that was deleted and not yet committed is still listed.
            let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
            match String::from_utf8(bytes) {
                Ok(text) => tree.files.push(File { path: path.to_owned(), text }),
                Err(_) => tree.binaries.push(path.to_owned()),
            }
        }
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// Rust files.
    pub fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.extension() == "rs")
    }

    /// Rust files of what is shipped.
    pub fn product(&self) -> impl Iterator<Item = &File> {
        self.rust().filter(|file| file.is_product())
    }
}

impl File {
    /// What follows the last dot of the path.
    pub fn extension(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, extension)| extension)
    }

    /// Lines with their numbers, from 1.
    pub fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether a tool writes it, in its own shape. What fuzzing starts from is bytes, although
    /// some of it looks like text.
    pub fn is_generated(&self) -> bool {
        let endings = ["-lock.json", ".lock", ".snap"];
        let generated = endings.iter().any(|ending| self.path.ends_with(ending));
        generated || self.path.starts_with("fuzz/seeds/")
    }

    /// The crate of ours that it is in, by the name of its folder.
    pub fn crate_name(&self) -> &str {
        let path = self.path.strip_prefix("crates/").unwrap_or(&self.path);
        path.split('/').next().unwrap_or(path)
    }

    fn is_product(&self) -> bool {
        self.path.starts_with("crates/") && self.path.contains("/src/") && !self.is_test()
    }

    /// Whether it holds nothing but test code.
    pub fn is_test(&self) -> bool {
        let stem = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let is_test = |part: &str| {
            matches!(part, "tests" | "benches" | "fuzz" | "testing" | "testkit" | "examples")
                || part.ends_with("-testing")
        };
        self.path.contains(".test.") || stem.split('/').any(is_test)
    }

    /// The line from which on it is test code; one past the last line if it holds none.
    pub fn tests_begin(&self) -> usize {
        if self.is_test() {
            return 1;
        }
        let lines: Vec<&str> = self.text.lines().collect();
        let begins = |two: &[&str]| two[0] == "#[cfg(test)]" && two[1].ends_with('{');
        lines.windows(2).position(begins).unwrap_or(lines.len()) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn test_code_is_told_from_the_product() {
        let file = |path: &str| File { path: path.into(), text: "fn a() {}\n".into() };
        for path in ["crates/api/src/a.rs", "crates/fleet/src/port/life.rs"] {
            assert!(file(path).is_product() && file(path).tests_begin() == 2, "{path}");
        }
        for path in [
            "crates/api/tests/it/a.rs",
            "crates/api/src/entry/tests.rs",
            "crates/api/src/testing.rs",
            "crates/store-testing/src/memory.rs",
            "crates/testkit/src/lib.rs",
            "e2e/qr.test.mjs",
        ] {
            assert!(file(path).is_test() && file(path).tests_begin() == 1, "{path}");
        }
        let mixed = File {
            path: "crates/api/src/a.rs".into(),
            text: "x\n#[cfg(test)]\nmod tests {".into(),
        };
        assert_eq!(mixed.tests_begin(), 2);
    }
}
