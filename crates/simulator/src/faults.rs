//! Breaking things on purpose: bans, outdated clients, passkeys, lost and replaced
//! connections.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};

use crate::account::{AccountCell, Ban};
use crate::connection::Outbox;
use crate::error::{Error, Refusal};
use crate::media::{ExpireMedia, MediaFault, MediaRetryAnswer};
use crate::simulator::Simulator;

/// Has a live client connect again, and so meet what was changed.
const RESTART_REQUIRED: &str = "515";
/// The stream errors that can be asked for.
const STREAM_ERRORS: [u16; 2] = [503, 515];

/// What media hosts answer for a file that they have lost.
const EXPIRED: [u16; 2] = [404, 410];

/// What `POST /sandbox/faults` takes. Fields that are left out change nothing; those that
/// say "needs `phone`" concern one account.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Faults {
    /// The account that the other fields are about. Without it, `replace` concerns every
    /// linked device, `disconnect` and `streamError` every connection.
    pub phone: Option<String>,
    /// `"temporary"`, `"permanent"` or `null`: bans the account or lifts the ban. Its
    /// devices are cut off, and their logins fail with reason 402 or 403; the phone links
    /// nothing. Needs `phone`. Kept across a restart.
    #[serde(default, deserialize_with = "present")]
    pub ban: Option<Option<Ban>>,
    /// `true`: linking a device to this phone asks that device for the account's passkey
    /// instead. Needs `phone`. Kept across a restart.
    pub passkey: Option<bool>,
    /// `true`: every client is told that its version is too old, with reason 405, when it
    /// connects; live ones are made to connect again. Not kept across a restart.
    pub outdated_client: Option<bool>,
    /// `true`: another connection takes over each live device, which gets
    /// `conflict/replaced`.
    pub replace: Option<bool>,
    /// `true`: live sockets break off without a word.
    pub disconnect: Option<bool>,
    /// 503 or 515: live clients get this stream error and are closed.
    pub stream_error: Option<u16>,
    /// Has the media hosts lose files: those that are there now, or one. The phones keep
    /// theirs. Needs no `phone`.
    pub expire_media: Option<ExpireMedia>,
    /// Has the media hosts misbehave; `null` has them behave again. Not kept across a
    /// restart.
    #[serde(default, deserialize_with = "present")]
    pub media_fault: Option<Option<MediaFault>>,
    /// What phones answer to devices that ask for a lost file again. Not kept across a
    /// restart.
    pub media_retry: Option<MediaRetryAnswer>,
}

/// Tells `"ban": null` from no `ban` at all.
fn present<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::<T>::deserialize(from).map(Some)
}

impl Simulator {
    /// Sets conditions and breaks connections, at once.
    ///
    /// # Errors
    /// An unknown phone, a field that needs one, a stream error that is not offered.
    pub async fn inject(&self, faults: Faults) -> Result<(), Refusal> {
        let cell = match &faults.phone {
            Some(phone) => Some(self.require_account(phone)?),
            None => None,
        };
        check(&faults, cell.is_some())?;
        if let Some(cell) = &cell {
            self.change_account(cell, &faults).await?;
        }
        if let Some(on) = faults.outdated_client {
            self.conditions().set_outdated_client(on);
            if on {
                for outbox in self.connections(None) {
                    outbox.stream_error(Some(RESTART_REQUIRED), None);
                }
            }
        }
        self.break_connections(cell.as_ref(), &faults);
        self.spoil_media(faults);
        Ok(())
    }

    fn spoil_media(&self, faults: Faults) {
        let media = self.media();
        if let Some(what) = &faults.expire_media {
            let count = media.expire(what);
            tracing::info!(count, "the media hosts have lost files");
        }
        if let Some(fault) = faults.media_fault {
            media.faults.set_host(fault);
        }
        if let Some(answer) = faults.media_retry {
            media.faults.set_retry(answer);
        }
    }

    async fn change_account(&self, cell: &AccountCell, faults: &Faults) -> Result<(), Error> {
        let mut account = cell.lock().await;
        if let Some(passkey) = faults.passkey {
            account.passkey = passkey;
        }
        if let Some(ban) = faults.ban {
            account.ban = ban;
        }
        self.save(&account).await?;
        if account.ban.is_some() && faults.ban.is_some() {
            for (_, socket) in cell.live() {
                socket.outbox.stream_error(Some(RESTART_REQUIRED), None);
            }
        }
        Ok(())
    }

    fn break_connections(&self, cell: Option<&Arc<AccountCell>>, faults: &Faults) {
        if faults.replace == Some(true) {
            for outbox in self.linked(cell) {
                outbox.stream_error(None, Some("replaced"));
            }
        }
        for outbox in self.connections(cell) {
            if let Some(code) = faults.stream_error {
                outbox.stream_error(Some(&code.to_string()), None);
            } else if faults.disconnect == Some(true) {
                outbox.break_off();
            }
        }
    }

    /// The connections of one account's devices; without one, those of all clients, linked
    /// or not.
    fn connections(&self, cell: Option<&Arc<AccountCell>>) -> Vec<Outbox> {
        let mut connections = self.linked(cell);
        if cell.is_none() {
            let waiting = self.registrations().all();
            connections.extend(waiting.iter().map(|registration| registration.outbox.clone()));
        }
        connections
    }

    /// The connections of one account's devices, or of all accounts'.
    fn linked(&self, cell: Option<&Arc<AccountCell>>) -> Vec<Outbox> {
        let cells = cell.map_or_else(|| self.all_accounts(), |cell| vec![cell.clone()]);
        let sockets = cells.iter().flat_map(|cell| cell.live());
        sockets.map(|(_, socket)| socket.outbox).collect()
    }
}

fn check(faults: &Faults, has_phone: bool) -> Result<(), Refusal> {
    if !has_phone && (faults.ban.is_some() || faults.passkey.is_some()) {
        return Err(Refusal::invalid(
            "\"ban\" and \"passkey\" concern one account.",
            "Add \"phone\" with its number.",
        ));
    }
    let status = faults.expire_media.as_ref().and_then(|what| what.status);
    if status.is_some_and(|status| !EXPIRED.contains(&status)) {
        return Err(Refusal::invalid(
            "Media hosts do not answer that for a file they have lost.",
            "Give the status 404 or 410, or none.",
        ));
    }
    match faults.stream_error {
        Some(code) if !STREAM_ERRORS.contains(&code) => {
            Err(Refusal::invalid(format!("There is no stream error {code}."), "Use 503 or 515."))
        }
        _ => Ok(()),
    }
}
