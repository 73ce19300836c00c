//! Logs and metrics.

mod mask;

use std::sync::OnceLock;
use std::time::Duration;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Config, LogFormat};
pub use mask::Masked;

/// How often the durations of requests are sorted into their buckets. Until then each one
/// takes memory of its own.
const METRICS_UPKEEP: Duration = Duration::from_secs(5);
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
    let filter = EnvFilter::try_new(&config.log).with_context(|| {
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

/// What `/metrics` shows; the same for everything in this process. Needs a runtime, for the
/// upkeep.
///
/// # Errors
/// When another recorder was installed before.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new().set_buckets(&DURATION_BUCKETS).context("metrics")?;
    let handle = builder.install_recorder().context("metrics")?;
    tokio::spawn(upkeep(handle.clone()));
    Ok(HANDLE.get_or_init(|| handle).clone())
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

    #[tokio::test]
    async fn durations_are_shown_in_buckets() {
        let shown = metrics().unwrap();
        metrics::histogram!("of_a_test").record(Duration::from_millis(10));
        let text = shown.render();
        assert!(text.contains("of_a_test_bucket{le=\"0.005\"} 0"), "{text}");
        assert!(text.contains("of_a_test_bucket{le=\"0.02\"} 1"), "{text}");
    }
}
