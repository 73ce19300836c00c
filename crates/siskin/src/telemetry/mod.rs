//! Logs and metrics.

mod mask;

use std::sync::OnceLock;

use anyhow::Context as _;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{Config, LogFormat};
pub use mask::Masked;

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

/// What `/metrics` shows; the same for everything in this process.
///
/// # Errors
/// When another recorder was installed before.
pub fn metrics() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new().install_recorder().context("metrics")?;
    Ok(HANDLE.get_or_init(|| handle).clone())
}
