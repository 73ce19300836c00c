//! What the system knows about a process.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use tokio::task::JoinHandle;

use crate::process::Process;

/// The place of `utime` in `/proc/PID/stat` after the name, counted from 0; `stime` follows.
const UTIME: usize = 11;
/// Linux counts these times in hundredths of a second.
const MILLIS_PER_TICK: u64 = 10;
/// How often a process's memory is looked at while it is followed.
const LOOK: Duration = Duration::from_millis(10);

/// A number of `/proc/PID/status`.
pub(crate) fn status(process: u32, key: &str) -> anyhow::Result<i64> {
    let path = format!("/proc/{process}/status");
    let status = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let value = status.lines().find_map(|line| line.strip_prefix(key));
    let number = value.and_then(|value| value.split_whitespace().next()?.parse().ok());
    number.with_context(|| format!("{path} has no {key}"))
}

/// The time that processors have spent on a process.
pub(crate) fn cpu(process: u32) -> anyhow::Result<Duration> {
    let path = format!("/proc/{process}/stat");
    let stat = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    // The name before it is in brackets and may contain anything.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let times = fields.split_whitespace().skip(UTIME).take(2).map(str::parse::<u64>);
    let ticks = times.sum::<Result<u64, _>>().with_context(|| format!("reading {path}"))?;
    Ok(Duration::from_millis(ticks * MILLIS_PER_TICK))
}

/// Follows the private memory of a process.
pub struct Memory {
    before: i64,
    peak: Arc<AtomicI64>,
    watching: JoinHandle<()>,
}

impl Memory {
    /// Looks at it every ten milliseconds from now on.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn watch(process: &Process) -> anyhow::Result<Self> {
        let before = process.anonymous_kib()?;
        let peak = Arc::new(AtomicI64::new(before));
        let (id, seen) = (process.id(), peak.clone());
        let watching = tokio::spawn(async move {
            while let Ok(now) = status(id, "RssAnon:") {
                seen.fetch_max(now, Ordering::Relaxed);
                // Sleeps between two looks: memory tells nobody when it grows.
                tokio::time::sleep(LOOK).await;
            }
        });
        Ok(Self { before, peak, watching })
    }

    /// What it was at first, and the most that it was, in KiB.
    pub fn seen(&self) -> (i64, i64) {
        (self.before, self.peak.load(Ordering::Relaxed))
    }
}

impl Drop for Memory {
    fn drop(&mut self) {
        self.watching.abort();
    }
}
