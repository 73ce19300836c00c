//! The line between what a session has in memory and the disk.

use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use siskin_model::InstanceId;
use tokio_util::sync::CancellationToken;

/// Who is told that a fence has closed.
type WhenClosed = Box<dyn FnOnce() + Send>;

/// Open while everything that one session did is on disk, or will be. It closes for good when
/// a commit of ours fails, or a read or write of the engine's: what the session has in memory
/// is ahead of the disk then, and would make it take for seen what nobody was told. So
/// nothing of it may be written any more, to the disk or to WhatsApp; the session is dropped
/// as a crash would drop it, and another one begins with what is on disk.
pub(crate) struct Fence {
    instance: InstanceId,
    is_closed: AtomicBool,
    closed: CancellationToken,
    told: Mutex<Option<WhenClosed>>,
}

impl Fence {
    pub(super) fn new(instance: InstanceId) -> Self {
        let (is_closed, closed) = (AtomicBool::new(false), CancellationToken::new());
        Self { instance, is_closed, closed, told: Mutex::default() }
    }

    /// Says who is told, once, when it closes.
    pub(crate) fn when_closed(&self, told: impl FnOnce() + Send + 'static) {
        *self.told.lock() = Some(Box::new(told));
        if self.is_closed() {
            self.tell();
        }
    }

    fn tell(&self) {
        let told = self.told.lock().take();
        if let Some(told) = told {
            told();
        }
    }

    /// Closes it. Only the first reason is logged: the others follow from it.
    pub(crate) fn close(&self, why: &(impl std::fmt::Display + ?Sized)) {
        if self.is_closed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.closed.cancel();
        metrics::counter!("siskin_store_failures_total").increment(1);
        tracing::error!(
            instance = %self.instance,
            %why,
            "the disk did not take what was received or sent; \
             the connection is opened anew when it does"
        );
        self.tell();
    }

    /// The session is over: whatever it still writes comes too late, and is no news.
    pub(crate) fn retire(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        self.closed.cancel();
        self.told.lock().take();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::SeqCst)
    }

    /// Returns when it is closed.
    pub(super) async fn closed(&self) {
        self.closed.cancelled().await;
    }

    /// # Errors
    /// When it is closed.
    pub(crate) fn check(&self) -> anyhow::Result<()> {
        anyhow::ensure!(!self.is_closed(), "the session is ahead of the disk");
        Ok(())
    }
}
