//! Installs what the tests need and the machine lacks.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};

use super::rust::{BUILD_LIMIT, cargo};
use super::{Ended, node, program};
use crate::command;
use crate::project::Project;
use crate::tally::Tally;

pub const INSTALL_LIMIT: Duration = Duration::from_secs(15 * 60);

/// A program that has to be there, how it tells its version, and the Debian packages that
/// bring it.
const DEBIAN: [(&str, &str, &[&str]); 3] = [
    ("python3", "--version", &["python3", "python3-venv"]),
    ("chromium", "--version", &["chromium", "fonts-noto-core"]),
    ("ip", "-V", &["iproute2"]),
];

/// Installs all of it: Debian packages, cargo-nextest, cargo-deny, Node.js, packages of npm and
/// Python.
pub fn install(project: &Project) -> anyhow::Result<Ended> {
    debian(project)?;
    for name in ["nextest", "deny"] {
        if !answers(cargo(project).args([name, "--version"])) {
            let package = format!("cargo-{name}");
            // Unoptimised, since it is built for longer than it will ever run.
            let arguments = ["install", &package, "--locked", "--debug"];
            run(cargo(project).args(arguments), BUILD_LIMIT)?;
        }
    }
    node::provide(project)?;
    for folder in folders_with(project, "package-lock.json")? {
        npm(project, &folder)?;
    }
    for folder in folders_with(project, "requirements.txt")? {
        python_packages(project, &folder)?;
    }
    Ok(Ended::Ran(Tally::one(true), Vec::new()))
}

/// The Python of the tests, with the packages that they need.
pub fn python(project: &Project) -> anyhow::Result<PathBuf> {
    Ok(project.scratch()?.join("python/bin/python"))
}

/// Folders of the tests outside Rust that hold `file`: e2e, and those in compat/.
pub fn folders_with(project: &Project, file: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = vec![project.path("e2e")];
    let compat = project.path("compat");
    if compat.is_dir() {
        for entry in std::fs::read_dir(&compat).context("cannot list compat/")? {
            folders.push(entry?.path());
        }
    }
    folders.retain(|folder| folder.join(file).is_file());
    folders.sort();
    Ok(folders)
}

fn debian(project: &Project) -> anyhow::Result<()> {
    let missing: Vec<&str> = DEBIAN
        .iter()
        .filter(|(name, version, _)| !answers(Command::new(name).arg(version)))
        .flat_map(|(_, _, packages)| *packages)
        .copied()
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("install these with your package manager: {}", missing.join(" "));
    ensure!(answers(Command::new("apt-get").arg("--version")), "no apt-get; {by_hand}");
    let mut apt = program(project, "apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    run(apt.arg("update"), INSTALL_LIMIT).with_context(|| by_hand.clone())?;
    let mut apt = program(project, "apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt.args(["install", "--yes", "--no-install-recommends"]).args(&missing);
    run(&mut apt, INSTALL_LIMIT).context(by_hand)
}

/// Installs what the lock file says, unless that is what is there.
fn npm(project: &Project, folder: &Path) -> anyhow::Result<()> {
    let installed = folder.join("node_modules/.package-lock.json");
    if is_newer(&installed, &folder.join("package-lock.json")) {
        return Ok(());
    }
    let mut npm = node::npm(project)?;
    npm.current_dir(folder).args(["ci", "--no-audit", "--no-fund"]);
    // The tests take the browser that the machine has.
    npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1").env("PUPPETEER_SKIP_DOWNLOAD", "1");
    run(&mut npm, INSTALL_LIMIT)
}

/// The Python of the tests, made where there is none yet.
pub fn environment(project: &Project) -> anyhow::Result<PathBuf> {
    let python = python(project)?;
    if !answers(Command::new(&python).args(["-m", "pip", "--version"])) {
        let mut venv = program(project, "python3");
        let folder = project.scratch()?.join("python");
        run(venv.args(["-m", "venv", "--clear"]).arg(folder), INSTALL_LIMIT)
            .context("cannot make a Python environment (Debian: python3-venv)")?;
    }
    Ok(python)
}

fn python_packages(project: &Project, folder: &Path) -> anyhow::Result<()> {
    let python = environment(project)?;
    let environment = project.scratch()?.join("python");
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let stamp = environment.join(format!("{name}.installed"));
    let requirements = folder.join("requirements.txt");
    if is_newer(&stamp, &requirements) {
        return Ok(());
    }
    let mut pip = program(project, &python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check", "--requirement"]);
    run(pip.arg(&requirements), INSTALL_LIMIT)?;
    std::fs::write(&stamp, "").with_context(|| format!("cannot write {}", stamp.display()))
}

pub fn run(command: &mut Command, limit: Duration) -> anyhow::Result<()> {
    let what = format!("{command:?}");
    ensure!(command::run(command, limit)?.ok, "failed: {what}");
    Ok(())
}

/// Whether the program is there and exits with 0.
fn answers(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
}

fn is_newer(file: &Path, than: &Path) -> bool {
    let time = |path: &Path| std::fs::metadata(path).and_then(|data| data.modified());
    matches!((time(file), time(than)), (Ok(file), Ok(than)) if file >= than)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the time of a file is the machine's")]
    fn a_stamp_counts_only_when_it_is_not_older() {
        let folder = tempfile::tempdir().unwrap();
        let [old, new] = ["old", "new"].map(|name| folder.path().join(name));
        std::fs::write(&old, "").unwrap();
        std::fs::write(&new, "").unwrap();
        let hour = Duration::from_secs(3600);
        let file = std::fs::File::options().write(true).open(&old).unwrap();
        file.set_modified(std::time::SystemTime::now() - hour).unwrap();
        assert!(is_newer(&new, &old));
        assert!(!is_newer(&old, &new));
        assert!(!is_newer(&folder.path().join("absent"), &old));
    }

    #[test]
    fn a_program_that_is_not_there_does_not_answer() {
        assert!(!answers(&mut Command::new("there-is-no-such-program")));
    }
}
