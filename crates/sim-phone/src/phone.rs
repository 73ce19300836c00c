//! What a phone is and keeps.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use siskin_sim_server::Server;
use siskin_sim_server::account::{Account, AccountCell};
use siskin_sim_server::error::Error;
use siskin_sim_server::storage;
use tokio::sync::{Mutex, MutexGuard};
use wacore_libsignal::protocol::KeyPair;

use crate::account_file;
use crate::chats::Chats;
use crate::history_request::HistoryRequest;
use crate::keys::CountersignedIdentity;
use crate::state::PhoneState;

/// A virtual phone.
pub struct Phone {
    /// The number of its account.
    number: String,
    /// The server has the phone, so the phone does not hold the server.
    server: Weak<Server>,
    /// What it shows.
    pub chats: Chats,
    /// Held while it sends, so that its messages leave in the order of the calls.
    pub(crate) sending: Mutex<()>,
    /// The public half of its identity key.
    pub(crate) identity: [u8; 32],
    state: Mutex<PhoneState>,
    /// The file of its account; none in memory.
    file: Option<PathBuf>,
}

impl Phone {
    /// A new phone for an account, in which it writes the app state that phones write first.
    ///
    /// # Errors
    /// When its keys cannot be made.
    pub fn new(server: &Arc<Server>, account: &mut Account) -> Result<Arc<Self>, Error> {
        let state = PhoneState::new(account)?;
        let chats = Chats::new(server.storage.journal(&account.phone));
        Ok(Self::with(server, &account.phone, state, chats))
    }

    /// The phone and account that an earlier process kept in a file.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub fn load(server: &Arc<Server>, file: &Path) -> Result<(Arc<Self>, Account), Error> {
        let account: Account = storage::read(file)?;
        let state: PhoneState = storage::read(file)?;
        let chats = Chats::load(server.storage.journal(&account.phone))?;
        Ok((Self::with(server, &account.phone, state, chats), account))
    }

    fn with(server: &Arc<Server>, number: &str, state: PhoneState, chats: Chats) -> Arc<Self> {
        Arc::new(Self {
            number: number.to_owned(),
            server: Arc::downgrade(server),
            chats,
            sending: Mutex::default(),
            identity: state.identity.public(),
            state: Mutex::new(state),
            file: server.storage.account_file(number),
        })
    }

    /// The number of its account.
    pub(crate) fn number(&self) -> &str {
        &self.number
    }

    /// The server, as long as there is one.
    pub(crate) fn server(&self) -> Option<Arc<Server>> {
        self.server.upgrade()
    }

    /// Locks the phone's keys. Whoever holds them does not call the server, which may ask for
    /// them in turn while it has the account locked.
    pub(crate) async fn lock(&self) -> MutexGuard<'_, PhoneState> {
        self.state.lock().await
    }

    /// Vouches for a device that nobody runs, whose key is at hand.
    ///
    /// # Errors
    /// When that cannot be signed.
    pub async fn admit_unattended(
        &self,
        device: u16,
        identity: &KeyPair,
    ) -> Result<CountersignedIdentity, Error> {
        let mut state = self.lock().await;
        state.add_companion(device, HistoryRequest::default());
        state.identity.admit_countersigned(identity)
    }

    /// Forgets all sessions and sender keys, as a phone does that was restored from a backup.
    pub async fn forget_sessions(&self) {
        self.lock().await.forget_sessions();
    }

    /// Writes the account; on return it is on disk.
    pub(crate) async fn write_to_disk(&self, account: &Account) -> Result<(), Error> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let content = account_file::content(file, account, &*self.lock().await)?;
        storage::write_to_disk(file, &content).await
    }

    /// Writes what changed of chats and account, so that it survives this process.
    pub async fn flush(&self, cell: &AccountCell) {
        self.chats.flush();
        if cell.take_changed() {
            // The locks are held until the file is written, so that an older state never
            // replaces a newer one.
            let account = cell.lock().await;
            self.write(&account, &*self.lock().await);
        }
    }

    /// As [`Phone::flush`], without waiting for whoever works with account or phone: they are
    /// about to change them anyway.
    pub fn try_flush(&self, cell: &AccountCell) {
        self.chats.flush();
        if !cell.take_changed() {
            return;
        }
        match (cell.try_lock(), self.state.try_lock()) {
            (Some(account), Ok(state)) => self.write(&account, &state),
            _ => cell.mark_changed(),
        }
    }

    fn write(&self, account: &Account, state: &PhoneState) {
        let Some(file) = &self.file else {
            return;
        };
        let content = account_file::content(file, account, state);
        if let Err(error) = content.and_then(|content| storage::write(file, &content)) {
            tracing::error!(%error, "cannot store an account");
        }
    }
}
