//! A gateway with its simulated network, started for the tests outside Rust.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::program;
use crate::command::{end, watch};
use crate::project::Project;

/// How long the gateway may take until it serves.
const READY_LIMIT: Duration = Duration::from_secs(60);

/// Phones of the simulated network: every test takes fresh ones.
const PHONES: &str = "40";

/// Keys of the first line, and the environment variables that carry them to the tests.
const VARIABLES: [(&str, &str); 7] = [
    ("apiUrl", "BASE_URL"),
    ("apiUrl", "API_URL"),
    ("mediaUrl", "MEDIA_URL"),
    ("consoleUrl", "CONSOLE_URL"),
    ("simulatorUrl", "SIMULATOR_URL"),
    ("phonesUrl", "PHONES_URL"),
    ("partnerToken", "PARTNER_TOKEN"),
];

/// A running gateway. Dropping it ends it.
pub struct Sandbox {
    id: u32,
    ended: Receiver<bool>,
    stopped: bool,
    ready: Value,
    log: PathBuf,
}

impl Sandbox {
    /// Starts the binary of a dev build with a fresh data folder, and waits until it serves.
    ///
    /// # Errors
    /// When it does not start, or does not say within a minute that it serves.
    pub fn start(project: &Project, purpose: &str) -> anyhow::Result<Self> {
        let scratch = project.scratch()?;
        let data = scratch.join(format!("{purpose}-data"));
        if data.exists() {
            std::fs::remove_dir_all(&data)
                .with_context(|| format!("cannot empty {}", data.display()))?;
        }
        let log = scratch.join(format!("{purpose}-sandbox.log"));
        let mut child = program(project, project.binary())
            .args(["sandbox", "--json", "--listen", "127.0.0.1:0", "--rate-limits", "off"])
            .args(["--send-pause", "off", "--fetch-targets", "any"])
            .args(["--phones", PHONES, "--data-dir"])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?)
            .spawn()
            .with_context(|| format!("cannot start {}", project.binary().display()))?;
        let first_line = first_line(&mut child);
        let id = child.id();
        // From here on the value owns the process, so that every way out of it ends it.
        let mut sandbox = Self { id, ended: watch(child), stopped: false, ready: Value::Null, log };
        let Ok(line) = first_line.recv_timeout(READY_LIMIT) else {
            bail!("the sandbox did not say that it is ready; its log is {}", sandbox.log.display());
        };
        sandbox.ready = serde_json::from_str(&line)
            .with_context(|| format!("the first line of `sandbox --json` is not JSON: {line}"))?;
        Ok(sandbox)
    }

    /// Tells a test where everything is.
    pub fn describe_to(&self, command: &mut Command) {
        for (key, variable) in VARIABLES {
            if let Some(value) = self.ready.get(key).and_then(Value::as_str) {
                command.env(variable, value);
            }
        }
    }

    /// Ends it by SIGTERM. Answers whether it drained and exited with 0.
    pub fn stop(mut self) -> bool {
        self.stopped = true;
        let ok = end(self.id, &self.ended);
        if !ok {
            println!("the sandbox did not exit with 0; its log is {}", self.log.display());
        }
        ok
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if !self.stopped {
            end(self.id, &self.ended);
        }
    }
}

/// The first line on stdout; the rest is read and dropped, so that the pipe never fills.
fn first_line(child: &mut Child) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Only the first is waited for.
                let _ = sender.send(line);
            }
        });
    }
    receiver
}
