use async_trait::async_trait;

use crate::Result;

/// Whether the store is well.
#[async_trait]
pub trait Health: Send + Sync {
    /// Writes something that changes nothing.
    ///
    /// # Errors
    /// When the store takes nothing: its disk is full, it is locked, or it is gone.
    async fn probe_write(&self) -> Result<()>;
}
