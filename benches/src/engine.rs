use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::Instant;

use crate::{Connection, usage};

/// How long any answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// The engine without the gateway: the example of the simulator, a process of its own that
/// is moved by lines of JSON.
pub struct Engine {
    child: Child,
    orders: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Engine {
    /// Starts it with its keys in a folder, and links it to a phone.
    ///
    /// # Errors
    /// When it is not linked.
    pub async fn link(
        network: &str,
        phones: &mut Connection,
        phone: &str,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(program()?)
            .args([network, &folder.join("engine.db").to_string_lossy()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let orders = child.stdin.take().context("no standard input")?;
        let stdout = child.stdout.take().context("no standard output")?;
        let mut engine = Self { child, orders, lines: BufReader::new(stdout).lines() };
        let qr = engine.until("qr").await?;
        phones.post(&format!("/sandbox/phones/{phone}/scan"), &json!({ "qr": qr })).await?;
        engine.until("online").await?;
        Ok(engine)
    }

    /// Sends messages, each after the last one was acknowledged: the microseconds of each.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn one_by_one(&mut self, count: usize, to: &str) -> anyhow::Result<Vec<f64>> {
        self.order(json!({ "oneByOne": count, "to": to })).await?;
        Ok(serde_json::from_value(self.until("micros").await?)?)
    }

    /// Sends messages without waiting: the seconds until all are acknowledged.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn pipelined(&mut self, count: usize, to: &str) -> anyhow::Result<f64> {
        self.order(json!({ "pipelined": count, "to": to })).await?;
        self.until("seconds").await?.as_f64().context("no seconds")
    }

    /// When it had received so many messages more.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn received(&mut self, count: usize) -> anyhow::Result<Instant> {
        for _ in 0..count {
            self.until("received").await?;
        }
        Ok(Instant::now())
    }

    /// The time that processors have spent on it.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu(&self) -> anyhow::Result<Duration> {
        usage::cpu(self.child.id().context("the engine has ended")?)
    }

    async fn order(&mut self, order: Value) -> anyhow::Result<()> {
        Ok(self.orders.write_all(format!("{order}\n").as_bytes()).await?)
    }

    /// What it says about something; what it says before that is dropped.
    async fn until(&mut self, what: &str) -> anyhow::Result<Value> {
        loop {
            let line = tokio::time::timeout(PATIENCE, self.lines.next_line()).await;
            let line = line.with_context(|| format!("no {what} within {PATIENCE:?}"))??;
            let line: Value = serde_json::from_str(&line.context("the engine has ended")?)?;
            if let Some(said) = line.get(what) {
                return Ok(said.clone());
            }
        }
    }
}

fn program() -> anyhow::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name("examples").join("engine_alone");
    ensure!(
        path.exists(),
        "{} is not there\n  hint: cargo build --release -p siskin-simulator --example engine_alone",
        path.display()
    );
    Ok(path)
}
