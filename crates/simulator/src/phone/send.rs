//! What a phone sends, encrypted to every device that gets it.

use std::sync::Arc;

use buffa::Message as _;
use wacore::types::jid::JidExt as _;
use wacore_binary::{Jid, Node};
use wacore_libsignal::protocol::SignalProtocolError;
use waproto::whatsapp as wa;

use super::Status;
use super::content;
use super::filing::{Filed, file};
use crate::account::{Account, AccountCell, DeviceKeys, session_bundle};
use crate::clock::unix_seconds;
use crate::error::{Error, Refusal};
use crate::groups;
use crate::keys::random_bytes;
use crate::routing::{Acts, Envelope, Parcel, Sender, enc, parcels_for};
use crate::simulator::Simulator;

/// By which of their two names people are addressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Addressing {
    /// By LID, as accounts do since they were migrated; the number stands beside it, unless
    /// its owner hides it.
    #[default]
    Lid,
    /// By phone number, with the LID beside it.
    Pn,
}

/// A message as a phone sends it.
pub(crate) struct Outgoing {
    pub(crate) message: wa::Message,
    pub(crate) addressing: Addressing,
    /// Its id; a new one by default.
    pub(crate) id: Option<String>,
    /// The `edit` attribute of the stanza; what its content makes of it by default.
    pub(crate) edit: Option<String>,
}

/// An id as phones make them.
pub(crate) fn new_message_id() -> String {
    let bytes: [u8; 16] = random_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    format!("3A{}", &hex[2..])
}

/// Whom an encryption is for.
type Target = (Arc<AccountCell>, u16);

impl Simulator {
    /// A phone sends a message to a person. Gives its id.
    ///
    /// # Errors
    /// When the phone is off the network, or something cannot be encrypted.
    pub(crate) async fn send_direct(
        &self,
        cell: &Arc<AccountCell>,
        recipient: &Arc<AccountCell>,
        outgoing: Outgoing,
    ) -> Result<String, Refusal> {
        let _turn = cell.sending.lock().await;
        let Outgoing { message, addressing, id, edit } = outgoing;
        let id = id.unwrap_or_else(new_message_id);
        let by_lid = addressing == Addressing::Lid || recipient.hides_number;
        let chat = recipient.jid(by_lid, 0);
        let sender = Sender { cell, device: 0 };
        let targets = parcels_for(sender, recipient).await;
        self.begin_sessions(cell, &targets).await?;
        let encrypted = {
            let mut account = cell.lock().await;
            require_online(&account)?;
            encrypt_all(&mut account, cell, targets, &message, &chat).await?
        };
        cell.mark_changed();
        let parcels = encrypted.into_iter().map(|((cell, device), enc)| Parcel {
            cell,
            device,
            by_lid,
            enc,
            recipient_other: recipient.other_jid(by_lid),
        });
        let parcels = parcels.collect();
        self.file_sent(cell, &recipient.chat_id(), &id, by_lid, &message).await;
        let mut envelope = self.envelope(cell, &id, chat, &message).await;
        envelope.edit = edit.or(envelope.edit);
        let mut acts = Acts::default();
        self.deliver(sender, &envelope, parcels, &mut acts).await;
        acts.run(self).await;
        Ok(id)
    }

    /// Keeps in the phone's own chats what it sends.
    pub(crate) async fn file_sent(
        &self,
        cell: &Arc<AccountCell>,
        chat_id: &str,
        id: &str,
        by_lid: bool,
        message: &wa::Message,
    ) {
        let name = cell.lock().await.name.clone();
        file(
            self,
            &cell.chats,
            Filed {
                chat: chat_id.to_owned(),
                id: id.to_owned(),
                from: cell.chat_id(),
                from_me: true,
                name,
                timestamp: unix_seconds(),
                status: Status::Sent,
                by_lid,
                author: cell.clone(),
                by_admin: content::edit_attribute(message) == Some(groups::ADMIN_REVOKE),
            },
            message,
        );
    }

    /// What the phone writes on a message beside its content.
    pub(crate) async fn envelope(
        &self,
        cell: &AccountCell,
        id: &str,
        chat: Jid,
        message: &wa::Message,
    ) -> Envelope {
        Envelope {
            id: id.to_owned(),
            kind: content::stanza_type(message).to_owned(),
            chat,
            edit: content::edit_attribute(message).map(str::to_owned),
            category: None,
            device_identity: None,
            extra: Vec::new(),
            name: cell.lock().await.name.clone(),
        }
    }

    /// The keys with which somebody begins a session with a device.
    pub(crate) async fn hand_out_keys(
        &self,
        cell: &Arc<AccountCell>,
        device: u16,
    ) -> Option<DeviceKeys> {
        let mut account = cell.lock().await;
        let (keys, _) = account.hand_out_keys(device)?;
        self.announce_few_prekeys(cell, &mut account, device);
        cell.mark_changed();
        Some(keys)
    }

    /// Has the phone begin a session with every target that it has none with.
    pub(crate) async fn begin_sessions(
        &self,
        cell: &Arc<AccountCell>,
        targets: &[Target],
    ) -> Result<(), Error> {
        let strangers: Vec<&Target> = {
            let account = cell.lock().await;
            let stranger =
                |(target, device): &&Target| !account.keys.has_session(&address(target, *device));
            targets.iter().filter(stranger).collect()
        };
        for (target, device) in strangers {
            let Some(keys) = self.hand_out_keys(target, *device).await else {
                continue;
            };
            let bundle = session_bundle(*device, &keys)?;
            let mut account = cell.lock().await;
            let Account { keys, identity, .. } = &mut *account;
            keys.begin_session(identity, &address(target, *device), &bundle)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }
}

/// Where the phone keeps its session with a device: by number, whatever the device calls
/// itself.
pub(crate) fn address(
    cell: &AccountCell,
    device: u16,
) -> wacore_libsignal::protocol::ProtocolAddress {
    Jid::pn_device(cell.phone.as_str(), device).to_protocol_address()
}

pub(crate) fn failed(error: SignalProtocolError) -> Error {
    Error::Crypto(error.to_string())
}

/// Refuses what only a phone on the network can do.
pub(crate) fn require_online(account: &Account) -> Result<(), Refusal> {
    if account.ban.is_some() {
        return Err(Refusal::conflict(
            format!("The account {} is banned.", account.phone),
            "Lift the ban with POST /sandbox/faults {\"phone\":…,\"ban\":null}.",
        ));
    }
    if account.online {
        return Ok(());
    }
    Err(Refusal::conflict(
        format!("The phone {} is offline.", account.phone),
        "Put it on the network with POST /sandbox/phones/{phone}/online {\"online\":true}.",
    ))
}

/// `<enc>` for every target that the phone has a session with. Its own devices are told
/// whom the message went to.
async fn encrypt_all(
    account: &mut Account,
    cell: &AccountCell,
    targets: Vec<Target>,
    message: &wa::Message,
    chat: &Jid,
) -> Result<Vec<(Target, Node)>, Error> {
    let for_others = message.encode_to_vec();
    let for_own =
        wacore::messages::wrap_device_sent(message.clone(), chat.to_string()).encode_to_vec();
    let Account { keys, identity, .. } = account;
    let mut encs = Vec::with_capacity(targets.len());
    for (target, device) in targets {
        let plain = if target.phone == cell.phone { &for_own } else { &for_others };
        let to = address(&target, device);
        // A device that was unlinked a moment ago has no keys any more.
        if !keys.has_session(&to) {
            continue;
        }
        let (kind, sealed) = keys.encrypt(identity, &to, plain).await.map_err(failed)?;
        let mut enc = enc(kind, sealed);
        if let Some(media) = content::media_type(message) {
            enc = enc.attr("mediatype", media);
        }
        if content::hides_failure(message) {
            enc = enc.attr("decrypt-fail", "hide");
        }
        encs.push(((target, device), enc.build()));
    }
    Ok(encs)
}
