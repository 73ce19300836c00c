//! What an instance costs in memory, unlinked and linked, and how long a gateway takes to
//! bring all of them back: the gateway is a process of its own, the simulated network
//! another, so that only the gateway is counted.

use std::path::Path;
use std::time::{Duration, Instant};

use siskin_benches::{Gateway, Process, gateway, median, simulator, table};

/// How many instances there are.
const COUNTS: [usize; 3] = [1, 100, 500];
/// The highest cost of an instance that is acceptable, in KiB.
const UNLINKED_BOUND: i64 = 20;
/// The same for one that is linked.
const LINKED_BOUND: i64 = 800;
/// Runs of which the medians count.
const RUNS: usize = 3;
/// From how many instances on the bounds hold: the first pays for what all share.
const BOUNDS_FROM: usize = 100;

/// How often the memory is looked at while it settles, and how many looks in a row must
/// differ by less than [`STILL`] KiB: longer than the runtime keeps a blocking thread that
/// has nothing to do, which is ten seconds.
const LOOK: Duration = Duration::from_secs(1);
const LOOKS: usize = 12;
const STILL: i64 = 256;
/// The most looks; the last one counts then.
const MOST_LOOKS: usize = 60;

/// Of a run, or the medians of several.
#[derive(Clone, Copy)]
struct Measured {
    count: usize,
    /// Of a gateway without instances; this and the next are KiB of the whole process.
    empty: i64,
    unlinked: i64,
    after_linking: i64,
    after_restart: i64,
    threads: i64,
    linking: Duration,
    restart: Duration,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut runs = Vec::new();
    for run in 1..=RUNS {
        eprintln!("run {run} of {RUNS}");
        let empty = empty().await?;
        for count in COUNTS {
            runs.push(measure(count, empty).await?);
        }
    }
    let medians: Vec<Measured> = COUNTS.iter().filter_map(|&count| middle(&runs, count)).collect();
    println!("anonymous memory in KiB, of the process and for each instance\n");
    let headings = [
        "instances",
        "none",
        "unlinked",
        "each",
        "linking",
        "linked",
        "each",
        "restart",
        "restarted",
        "each",
        "threads",
    ];
    table(headings, &medians.iter().map(Measured::row).collect::<Vec<_>>());
    let missed: Vec<String> = medians.iter().flat_map(Measured::missed).collect();
    anyhow::ensure!(missed.is_empty(), "{}", missed.join("; "));
    Ok(())
}

fn middle(runs: &[Measured], count: usize) -> Option<Measured> {
    let runs: Vec<&Measured> = runs.iter().filter(|run| run.count == count).collect();
    let number = |of: fn(&Measured) -> i64| median(&runs.iter().map(|r| of(r)).collect::<Vec<_>>());
    let time =
        |of: fn(&Measured) -> Duration| median(&runs.iter().map(|run| of(run)).collect::<Vec<_>>());
    Some(Measured {
        count,
        empty: number(|run| run.empty)?,
        unlinked: number(|run| run.unlinked)?,
        after_linking: number(|run| run.after_linking)?,
        after_restart: number(|run| run.after_restart)?,
        threads: number(|run| run.threads)?,
        linking: time(|run| run.linking)?,
        restart: time(|run| run.restart)?,
    })
}

async fn empty() -> anyhow::Result<i64> {
    let folder = tempfile::tempdir()?;
    let network = simulator(1)?;
    let gateway = gateway(&network, folder.path(), 0, &[])?;
    let memory = until_settled(&gateway).await?;
    gateway.terminate().await?;
    network.terminate().await?;
    Ok(memory)
}

async fn measure(count: usize, empty: i64) -> anyhow::Result<Measured> {
    let folder = tempfile::tempdir()?;
    let network = simulator(count)?;
    let fresh = started(&network, folder.path(), count, &[]).await?.0;
    fresh.terminate().await?;
    // Started again, so that creating the instances is not counted.
    let (process, _) = started(&network, folder.path(), count, &[]).await?;
    let unlinked = until_settled(&process).await?;
    process.terminate().await?;
    let (process, linking) = started(&network, folder.path(), count, &["--link"]).await?;
    Gateway::of(&process)?.until_authorized(count).await?;
    let after_linking = until_settled(&process).await?;
    process.terminate().await?;
    let (process, ready) = started(&network, folder.path(), count, &[]).await?;
    let began = Instant::now();
    Gateway::of(&process)?.until_authorized(count).await?;
    let restart = ready + began.elapsed();
    let after_restart = until_settled(&process).await?;
    let threads = process.threads()?;
    process.terminate().await?;
    network.terminate().await?;
    Ok(Measured { count, empty, unlinked, after_linking, after_restart, threads, linking, restart })
}

/// A gateway, and how long it took to get ready.
async fn started(
    network: &Process,
    folder: &Path,
    count: usize,
    more: &[&str],
) -> anyhow::Result<(Process, Duration)> {
    let began = Instant::now();
    let process = gateway(network, folder, count, more)?;
    Ok((process, began.elapsed()))
}

/// The memory of the process once it has stopped moving, in KiB.
async fn until_settled(process: &Process) -> anyhow::Result<i64> {
    let mut seen = vec![process.anonymous_kib()?];
    while seen.len() < MOST_LOOKS && !is_still(&seen) {
        tokio::time::sleep(LOOK).await;
        seen.push(process.anonymous_kib()?);
    }
    Ok(seen.last().copied().unwrap_or_default())
}

fn is_still(seen: &[i64]) -> bool {
    let Some(start) = seen.len().checked_sub(LOOKS) else { return false };
    let latest = &seen[start..];
    let bounds = latest.iter().max().zip(latest.iter().min());
    bounds.is_some_and(|(most, least)| most - least < STILL)
}

impl Measured {
    fn each(&self, memory: i64) -> i64 {
        (memory - self.empty) / self.count.max(1) as i64
    }

    fn row(&self) -> [String; 11] {
        let each = |memory| self.each(memory).to_string();
        let seconds = |time: Duration| format!("{:.1} s", time.as_secs_f64());
        [
            self.count.to_string(),
            self.empty.to_string(),
            self.unlinked.to_string(),
            each(self.unlinked),
            seconds(self.linking),
            self.after_linking.to_string(),
            each(self.after_linking),
            seconds(self.restart),
            self.after_restart.to_string(),
            each(self.after_restart),
            self.threads.to_string(),
        ]
    }

    /// The bounds that do not hold.
    fn missed(&self) -> Vec<String> {
        let checks = [
            ("unlinked", self.unlinked, UNLINKED_BOUND),
            ("linked", self.after_linking, LINKED_BOUND),
            ("linked and restarted", self.after_restart, LINKED_BOUND),
        ];
        let over = checks
            .into_iter()
            .filter(|(_, memory, bound)| self.count >= BOUNDS_FROM && self.each(*memory) > *bound);
        over.map(|(what, _, bound)| format!("{what}, {}: more than {bound} KiB", self.count))
            .collect()
    }
}
