//! How a network begins.

use std::path::PathBuf;
use std::sync::Arc;

use siskin_sim_phone::Phone;
use siskin_sim_server::Server;
use siskin_sim_server::error::Error;
use siskin_sim_server::storage::FolderLock;

use crate::simulator::Simulator;
use crate::{flush, phones};

/// How to start a [`Simulator`].
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The folder that keeps the network across restarts. `None` keeps it in memory.
    pub data_dir: Option<PathBuf>,
    /// How many virtual phones there are at least. Phones of an earlier run stay.
    pub phones: usize,
}

impl Simulator {
    /// Loads or makes a network. Nothing listens yet: see [`Simulator::serve`] and
    /// [`crate::phone_api`].
    ///
    /// # Errors
    /// When the data folder cannot be used, is in use, or holds what this version cannot
    /// read.
    pub async fn start(config: Config) -> Result<Arc<Self>, Error> {
        let lock = config.data_dir.as_deref().map(FolderLock::take).transpose()?;
        let server = Arc::new(Server::open(config.data_dir.as_deref())?);
        let files = server.storage.account_files()?;
        let simulator = Self::without_phones(server, lock);
        for file in files {
            let (phone, account) = Phone::load(simulator.server(), &file)?;
            simulator.insert(phone, account);
        }
        phones::create_default(&simulator, config.phones).await?;
        let simulator = Arc::new(simulator);
        if config.data_dir.is_some() {
            flush::in_background(&simulator);
        }
        Ok(simulator)
    }
}
