//! Logs and metrics.

mod mask;

use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use parking_lot::Mutex;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Config, LogFormat};
pub use mask::Masked;

/// How often the durations of requests are sorted into their buckets. Until then each one
/// takes memory of its own.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);
/// The engine, in filters.
const ENGINE: &str = "whatsapp_rust";
/// Its modules that say when its store fails, and little else.
const OF_STORE: [&str; 5] = [
    "message::commit_batch",
    "signal_flush",
    "client::adapters",
    "store::persistence_manager",
    "msg_secret_buffer",
];
/// Bounds of the buckets for durations, in seconds: from an answer that is ready to a long
/// poll.
const DURATION_BUCKETS: [f64; 10] = [0.001, 0.005, 0.02, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 60.0];

/// Sends log lines to `writer`, every token in them masked.
///
/// # Errors
/// When the filter is not valid or logging was set up before.
pub fn log_to<W>(config: &Config, writer: W) -> anyhow::Result<()>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(with_engine(&config.log)).with_context(|| {
        format!("'{}' is not a log filter\n  hint: try \"info\" or \"debug\"", config.log)
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(Masked(writer));
    let started = match config.log_format {
        LogFormat::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            lines.with_ansi(colours).with_target(false).try_init()
        }
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("logging: {error}"))
}

/// A filter without the lines that the engine writes for each message while its store fails:
/// that is said once, for all of them (`whatsapp/keystore/fence.rs`). Whoever names the engine
/// in the filter has them.
fn with_engine(filter: &str) -> String {
    if filter.contains(ENGINE) {
        return filter.to_owned();
    }
    let quiet = OF_STORE.map(|module| format!("{ENGINE}::{module}=off"));
    format!("{},{filter}", quiet.join(","))
}

/// What `/metrics` shows; the same for everything in this process. Needs a runtime, for the
/// upkeep.
///
/// # Errors
/// When another recorder was installed before.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    // Held until it is installed: of two that come at once, the second takes the first one's.
    let mut installed = HANDLE.lock();
    if let Some(handle) = &*installed {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new().set_buckets(&DURATION_BUCKETS).context("metrics")?;
    let handle = builder.install_recorder().context("metrics")?;
    tokio::spawn(upkeep(handle.clone()));
    *installed = Some(handle.clone());
    Ok(handle)
}

async fn upkeep(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(METRICS_UPKEEP).await;
        metrics.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_comes_at_the_same_time_gets_the_same() {
        let all = (0..16).map(|_| tokio::spawn(async { metrics().map(drop) }));
        for installed in futures::future::join_all(all).await {
            installed.unwrap().unwrap();
        }
    }

    #[tokio::test]
    async fn durations_are_shown_in_buckets() {
        let shown = metrics().unwrap();
        metrics::histogram!("of_a_test").record(Duration::from_millis(10));
        let text = shown.render();
        assert!(text.contains("of_a_test_bucket{le=\"0.005\"} 0"), "{text}");
        assert!(text.contains("of_a_test_bucket{le=\"0.02\"} 1"), "{text}");
    }
}
