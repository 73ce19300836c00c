//! Whether the disk has room for files.

use std::sync::atomic::{AtomicBool, Ordering};

use siskin_media::MediaFolder;

const MEGABYTE: u64 = 1024 * 1024;

/// The floor under the free space of the disk, and whether it was reached.
pub(crate) struct Room {
    floor: u64,
    is_low: AtomicBool,
}

impl Room {
    pub(crate) fn new(floor: u64) -> Self {
        Self { floor, is_low: AtomicBool::new(false) }
    }

    /// Whether `more` bytes are free above the floor. Says so once when that changes. A disk
    /// that does not tell is found out about by writing to it.
    pub(crate) async fn has(&self, media: &MediaFolder, more: u64) -> bool {
        let free = match media.free_space().await {
            Ok(free) => free,
            Err(error) => {
                tracing::debug!(%error, "the free space is not known");
                return true;
            }
        };
        metrics::gauge!("siskin_media_free_bytes").set(free as f64);
        let is_low = free < self.floor;
        if self.is_low.swap(is_low, Ordering::SeqCst) != is_low {
            let (free, floor) = (free / MEGABYTE, self.floor / MEGABYTE);
            match is_low {
                true => tracing::error!(
                    free_mb = free,
                    floor_mb = floor,
                    "the disk is nearly full: no file is fetched or taken until there is room"
                ),
                false => tracing::info!(free_mb = free, "there is room for files again"),
            }
        }
        free >= self.floor.saturating_add(more)
    }
}
