use anyhow::Context as _;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What tells the process to end. From the moment that it is heeded, which must be before
/// anybody is told that the process is ready, a signal no longer kills it half-way.
pub(crate) struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    pub(crate) fn heed() -> anyhow::Result<Self> {
        let heed = |kind| signal(kind).context("signals");
        Ok(Self {
            terminate: heed(SignalKind::terminate())?,
            interrupt: heed(SignalKind::interrupt())?,
        })
    }

    /// Waits until somebody wants the process to end.
    pub(crate) async fn given(mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
