use async_trait::async_trait;

use super::MemoryStore;
use siskin_store::{Health, Result};

#[async_trait]
impl Health for MemoryStore {
    async fn probe_write(&self) -> Result<()> {
        self.room()
    }
}
