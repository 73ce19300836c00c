//! Breaking things on purpose: bans, outdated clients, passkeys, lost and replaced
//! connections.

use std::sync::Arc;

use serde::{Deserialize, Deserializer};
use siskin_sim_server::account::{AccountCell, Ban};
use siskin_sim_server::error::{Error, Refusal};
use siskin_sim_server::media::{ExpireMedia, MediaFault, MediaRetryAnswer};
use siskin_sim_server::{Outbox, Server};

use crate::simulator::Simulator;
use crate::spoof::{self, Spoof};
use crate::unattended_device;

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
    /// A text that every direct path begins with which is named from now on, by phones in
    /// messages, histories and answers and by the media hosts: `@evil.test` has clients that put
    /// a path behind a host's name call another host. `null` ends it. Not kept across a restart.
    #[serde(default, deserialize_with = "present")]
    pub direct_path_prefix: Option<Option<String>>,
    /// The next messages of the account's linked devices are refused with an error in their
    /// acks. Needs `phone`, as all of the following; none is kept across a restart.
    pub refuse_messages: Option<RefuseMessages>,
    /// So many of the next messages of the account's linked devices are delivered, but never
    /// acknowledged.
    pub withhold_acks: Option<u32>,
    /// So many of the next messages for the account's linked devices, counted per device,
    /// are changed on the way, so that they cannot be decrypted. They can be had again; what
    /// is sent again counts as well.
    pub undecryptable: Option<u32>,
    /// So many of the next messages for the account's linked devices, counted per device,
    /// come without their content: `<unavailable>`.
    pub unavailable: Option<u32>,
    /// So many of the next messages for the account's linked devices, counted per device,
    /// are delivered twice.
    pub duplicate: Option<u32>,
    /// `true`: nobody is given the keys of the account's devices, so that nobody can begin to
    /// write to them; `false`: as it was.
    pub keyless: Option<bool>,
    /// `true`: the account cannot be found and nothing is sent to it, as when it was deleted;
    /// `false`: as it was.
    pub gone: Option<bool>,
    /// `true`: the phone forgets its sessions with all devices, as one does that was
    /// restored from a backup.
    pub forget_sessions: Option<bool>,
    /// `true`: a further device is linked to the account that nobody runs, so that its
    /// device list changes; `false` unlinks all of these.
    pub ghost_device: Option<bool>,
    /// Another phone sends the account's devices something that only their own phone may.
    pub spoof: Option<Spoof>,
    /// What phones answer to devices that ask for a lost file again. Not kept across a
    /// restart.
    pub media_retry: Option<MediaRetryAnswer>,
}

/// Messages that the server refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RefuseMessages {
    /// The error in the ack, such as 463 or 479.
    pub code: u16,
    /// How many; 0 takes the fault back.
    pub times: u32,
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
    pub async fn inject(self: &Arc<Self>, faults: Faults) -> Result<(), Refusal> {
        let client = match &faults.phone {
            Some(phone) => Some(self.client(phone)?),
            None => None,
        };
        check(&faults, client.is_some())?;
        if let Some(client) = &client {
            change_account(&client.account, &faults).await?;
            spoil_messages(&client.account, &faults);
            if faults.forget_sessions == Some(true) {
                client.phone.forget_sessions().await;
                client.account.mark_changed();
            }
            match faults.ghost_device {
                Some(true) => unattended_device::link(client).await?,
                Some(false) => unattended_device::unlink_all(client).await?,
                None => {}
            }
            if let Some(spoof) = &faults.spoof {
                spoof::send(self, &client.account, spoof).await?;
            }
        }
        let server = self.server();
        if let Some(on) = faults.outdated_client {
            server.conditions.set_outdated_client(on);
            if on {
                for outbox in connections(server, None) {
                    outbox.stream_error(Some(RESTART_REQUIRED), None);
                }
            }
        }
        break_connections(server, client.as_ref().map(|client| &client.account), &faults);
        spoil_media(server, faults);
        Ok(())
    }
}

fn spoil_media(server: &Server, faults: Faults) {
    let media = &server.media;
    if let Some(what) = &faults.expire_media {
        let count = media.expire(what);
        tracing::info!(count, "the media hosts have lost files");
    }
    if let Some(fault) = faults.media_fault {
        media.faults.set_host(fault);
    }
    if let Some(prefix) = faults.direct_path_prefix {
        media.faults.set_prefix(prefix);
    }
    if let Some(answer) = faults.media_retry {
        media.faults.set_retry(answer);
    }
}

async fn change_account(cell: &AccountCell, faults: &Faults) -> Result<(), Error> {
    let mut account = cell.lock().await;
    if let Some(passkey) = faults.passkey {
        account.passkey = passkey;
    }
    if let Some(ban) = faults.ban {
        account.ban = ban;
    }
    cell.save(&account).await?;
    if account.ban.is_some() && faults.ban.is_some() {
        for (_, socket) in cell.live() {
            socket.outbox.stream_error(Some(RESTART_REQUIRED), None);
        }
    }
    Ok(())
}

fn break_connections(server: &Server, cell: Option<&Arc<AccountCell>>, faults: &Faults) {
    if faults.replace == Some(true) {
        for outbox in linked(server, cell) {
            outbox.stream_error(None, Some("replaced"));
        }
    }
    for outbox in connections(server, cell) {
        if let Some(code) = faults.stream_error {
            outbox.stream_error(Some(&code.to_string()), None);
        } else if faults.disconnect == Some(true) {
            outbox.break_off();
        }
    }
}

/// The connections of one account's devices; without one, those of all clients, linked
/// or not.
fn connections(server: &Server, cell: Option<&Arc<AccountCell>>) -> Vec<Outbox> {
    let mut connections = linked(server, cell);
    if cell.is_none() {
        let waiting = server.registrations.all();
        connections.extend(waiting.iter().map(|registration| registration.outbox.clone()));
    }
    connections
}

/// The connections of one account's devices, or of all accounts'.
fn linked(server: &Server, cell: Option<&Arc<AccountCell>>) -> Vec<Outbox> {
    let cells = cell.map_or_else(|| server.directory.all(), |cell| vec![cell.clone()]);
    let sockets = cells.iter().flat_map(|cell| cell.live());
    sockets.map(|(_, socket)| socket.outbox).collect()
}

fn spoil_messages(cell: &AccountCell, faults: &Faults) {
    let mut counts = cell.faults.counts();
    if let Some(refuse) = faults.refuse_messages {
        counts.refused = refuse.times;
        counts.refusal_code = refuse.code;
    }
    counts.unacknowledged = faults.withhold_acks.unwrap_or(counts.unacknowledged);
    counts.undecryptable = faults.undecryptable.unwrap_or(counts.undecryptable);
    counts.unavailable = faults.unavailable.unwrap_or(counts.unavailable);
    counts.duplicated = faults.duplicate.unwrap_or(counts.duplicated);
    counts.keyless = faults.keyless.unwrap_or(counts.keyless);
    counts.gone = faults.gone.unwrap_or(counts.gone);
}

/// The first field in use that concerns one account.
fn about_one_account(faults: &Faults) -> Option<&'static str> {
    [
        ("ban", faults.ban.is_some()),
        ("passkey", faults.passkey.is_some()),
        ("refuseMessages", faults.refuse_messages.is_some()),
        ("withholdAcks", faults.withhold_acks.is_some()),
        ("undecryptable", faults.undecryptable.is_some()),
        ("unavailable", faults.unavailable.is_some()),
        ("duplicate", faults.duplicate.is_some()),
        ("keyless", faults.keyless.is_some()),
        ("gone", faults.gone.is_some()),
        ("forgetSessions", faults.forget_sessions.is_some()),
        ("ghostDevice", faults.ghost_device.is_some()),
        ("spoof", faults.spoof.is_some()),
    ]
    .into_iter()
    .find_map(|(field, used)| used.then_some(field))
}

fn check(faults: &Faults, has_phone: bool) -> Result<(), Refusal> {
    if let Some(field) = about_one_account(faults).filter(|_| !has_phone) {
        return Err(Refusal::invalid(
            format!("\"{field}\" concerns one account."),
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
