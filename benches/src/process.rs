use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::Value;
use siskin_testkit::eventually;

use crate::usage;

/// How long a process may take to end; the gateway itself promises 20 s.
const END: Duration = Duration::from_secs(30);
/// The release build beside this program.
const BINARY: &str = "siskin";

/// A process on loopback that is ended with its owner.
pub struct Process {
    child: Child,
    /// What it said when it was ready.
    pub ready: Value,
}

impl Process {
    /// Starts a program and waits for the one line of JSON that it says when it is ready.
    ///
    /// # Errors
    /// When it cannot be started or says something else.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let what = format!("{command:?}");
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .with_context(|| format!("cannot start {what}"))?;
        let mut process = Self { child, ready: Value::Null };
        let stdout = process.child.stdout.as_mut().context("no standard output")?;
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        process.ready = serde_json::from_str(&line)
            .with_context(|| format!("{what} did not get ready; it said {line:?}"))?;
        Ok(process)
    }

    /// A text of what it said.
    ///
    /// # Errors
    /// When it did not say that.
    pub fn text(&self, key: &str) -> anyhow::Result<&str> {
        self.ready[key].as_str().with_context(|| format!("it did not say its {key}"))
    }

    /// Its memory that no file backs and that is really there, in KiB.
    ///
    /// # Errors
    /// When it has ended, or the system is none with `/proc`.
    pub fn anonymous_kib(&self) -> anyhow::Result<i64> {
        usage::status(self.id(), "RssAnon:")
    }

    /// How many threads it has.
    ///
    /// # Errors
    /// When it has ended, or the system is none with `/proc`.
    pub fn threads(&self) -> anyhow::Result<i64> {
        usage::status(self.id(), "Threads:")
    }

    /// The time that processors have spent on it.
    ///
    /// # Errors
    /// When it has ended, or the system is none with `/proc`.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        usage::cpu(self.id())
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a supervisor would, and waits for that.
    ///
    /// # Errors
    /// When it does not end in time.
    pub async fn terminate(mut self) -> anyhow::Result<()> {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status()?;
        ensure!(sent.success(), "process {id} could not be told to end");
        let look = async || {
            ensure!(self.child.try_wait()?.is_some(), "it is running");
            Ok(())
        };
        eventually("an end", END, look).await
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A gateway with so many instances, on a simulated network that runs elsewhere.
///
/// # Errors
/// When it cannot be started.
pub fn gateway(
    network: &Process,
    folder: &Path,
    instances: usize,
    more: &[&str],
) -> anyhow::Result<Process> {
    let mut command = Command::new(siskin()?);
    command
        .args(["sandbox", "--json", "--listen", "127.0.0.1:0", "--rate-limits", "off"])
        .args(["--log", "error"])
        .args(["--simulator-url", network.text("simulatorUrl")?])
        .args(["--instances", &instances.to_string()])
        .args(more)
        .arg("--data-dir")
        .arg(folder);
    Process::start(&mut command)
}

/// A simulated network with so many phones, kept in memory.
///
/// # Errors
/// When it cannot be started.
pub fn simulator(phones: usize) -> anyhow::Result<Process> {
    let mut command = Command::new(siskin()?);
    command
        .args(["simulator", "--json", "--listen", "127.0.0.1:0", "--log", "error"])
        .args(["--phones", &phones.to_string()]);
    Process::start(&mut command)
}

fn siskin() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(BINARY);
    ensure!(
        path.exists(),
        "{} is not there\n  hint: cargo build --release -p siskin --features sandbox",
        path.display()
    );
    Ok(path)
}
