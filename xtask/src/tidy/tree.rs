//! The files of the tree: what git tracks, and what it would track.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, ensure};

/// A text file.
pub struct File {
    /// Path from the root of the tree, with slashes.
    pub path: String,
    /// The whole text.
    pub text: String,
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
}

/// Reads every text file that is not ignored. Pictures and other binaries are left out.
pub fn files(root: &Path) -> anyhow::Result<Vec<File>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .context("cannot start git to list the files of the tree")?;
    ensure!(listing.status.success(), "`git ls-files` failed in {}", root.display());
    let paths = String::from_utf8_lossy(&listing.stdout);
    let mut files = Vec::new();
    for path in paths.split('\0').filter(|path| !path.is_empty()) {
        // A file that was deleted and not yet committed is still listed.
        let Ok(bytes) = std::fs::read(root.join(path)) else { continue };
        if let Ok(text) = String::from_utf8(bytes) {
            files.push(File { path: path.to_owned(), text });
        }
    }
    Ok(files)
}
