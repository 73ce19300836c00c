//! The server: what is shared by all connections.

use std::path::Path;
use std::sync::Arc;

use crate::calls::Calls;
use crate::conditions::Conditions;
use crate::counters::Counters;
use crate::directory::Directory;
use crate::error::Error;
use crate::groups::Groups;
use crate::media::MediaStore;
use crate::noise::ServerIdentity;
use crate::pairing::{PairingCodes, Registrations};
use crate::storage::Storage;

/// A simulated WhatsApp server.
pub struct Server {
    /// Its accounts.
    pub directory: Arc<Directory>,
    /// The groups.
    pub groups: Groups,
    /// The calls.
    pub calls: Calls,
    /// The files of the media hosts.
    pub media: Arc<MediaStore>,
    /// The clients that wait to be linked.
    pub registrations: Registrations,
    /// The pairing codes that they show.
    pub codes: PairingCodes,
    /// What holds for all clients.
    pub conditions: Conditions,
    /// What it counts about itself.
    pub counters: Arc<Counters>,
    /// Where it keeps its state.
    pub storage: Arc<Storage>,
    /// Its own keys.
    pub(crate) identity: ServerIdentity,
}

impl Server {
    /// Loads or makes a server, without accounts. `data_dir` keeps it across restarts; `None`
    /// keeps it in memory.
    ///
    /// # Errors
    /// When the data folder cannot be used, or holds what this version cannot read.
    pub fn open(data_dir: Option<&Path>) -> Result<Self, Error> {
        let storage = Arc::new(Storage::open(data_dir)?);
        let identity = storage.load_or_create_server()?;
        let directory = Arc::new(Directory::default());
        Ok(Self {
            media: Arc::new(MediaStore::open(data_dir, &identity)?),
            groups: Groups::open(directory.clone(), storage.clone())?,
            calls: Calls::default(),
            registrations: Registrations::default(),
            codes: PairingCodes::default(),
            conditions: Conditions::default(),
            counters: Arc::new(Counters::default()),
            directory,
            storage,
            identity,
        })
    }

    /// The public key that signs the server's certificates: what a client that checks them
    /// must trust.
    pub fn root_public_key(&self) -> [u8; 32] {
        self.identity.root_public_key()
    }
}
