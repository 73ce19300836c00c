//! Messages between two accounts, or between the devices of one.

use std::collections::BTreeSet;
use std::sync::Arc;

use wacore::messages::MessageUtils;
use wacore_binary::{Jid, Node};

use super::{BAD_REQUEST, Envelope, Sender, ack, refusal};
use crate::account::AccountCell;
use crate::directory::Directory;
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

/// The error in the ack of a message to a number that is not on the network.
const NOT_FOUND: u16 = 404;

/// The content of a message for one device.
pub struct DeviceMessage {
    /// The account of the device.
    pub cell: Arc<AccountCell>,
    /// The device.
    pub device: u16,
    /// Whether it is addressed by LID.
    pub by_lid: bool,
    /// The encrypted content.
    pub enc: Node,
    /// The other name of the one whom the message is for, which the sender's own devices
    /// are told.
    pub recipient_other: Option<Jid>,
}

/// A linked device sends a message to a person.
pub(super) async fn message(session: &LinkedSession, sender: Sender<'_>, to: &Jid, message: &Node) {
    let directory = &session.server.directory;
    if let Some(code) = sender.cell.faults.take_refusal() {
        return session.outbox.send(refusal(message, code));
    }
    let Some(recipient) = directory.account_of(to).filter(|cell| !cell.faults.is_gone()) else {
        return session.outbox.send(refusal(message, NOT_FOUND));
    };
    let Some(contents) = read_contents(directory, &recipient, to, message) else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if !sender.cell.faults.take_withheld_ack() {
        let mut ack = ack(message);
        if message.get_optional_child("participants").is_some()
            && let Some(phash) = missed_devices(sender, &recipient, &contents).await
        {
            ack = ack.attr("phash", phash);
        }
        session.outbox.send(ack.build());
    }
    let name = sender.cell.lock().await.name.clone();
    let envelope = Envelope::of(message, to, name);
    deliver(sender, &envelope, contents).await;
}

/// The contents of a message, by device. `None` when the message mixes numbers and LIDs,
/// or names a device of somebody who has nothing to do with it.
fn read_contents(
    directory: &Directory,
    recipient: &Arc<AccountCell>,
    to: &Jid,
    message: &Node,
) -> Option<Vec<DeviceMessage>> {
    let recipient_other = recipient.other_jid(to.is_lid());
    let content = |jid: &Jid, enc: &Node| {
        Some(DeviceMessage {
            cell: directory.account_of(jid)?,
            device: jid.device,
            by_lid: jid.is_lid(),
            enc: enc.clone(),
            recipient_other: recipient_other.clone(),
        })
    };
    // For one device: a message that is sent again, or one between own devices.
    if let Some(enc) = message.get_optional_child("enc") {
        return Some(vec![content(to, enc)?]);
    }
    let participants = message.get_optional_child("participants")?;
    participants
        .nodes()
        .iter()
        .map(|target| {
            let jid = target.jid("jid").filter(|jid| jid.server == to.server)?;
            content(&jid, target.get_optional_child("enc")?)
        })
        .collect()
}

/// The hash of the devices that the message should be for, when it is not for those.
async fn missed_devices(
    sender: Sender<'_>,
    recipient: &Arc<AccountCell>,
    contents: &[DeviceMessage],
) -> Option<String> {
    let by_lid = contents.first()?.by_lid;
    let mut expected = BTreeSet::new();
    for cell in [recipient, sender.cell] {
        let devices: Vec<u16> = cell.lock().await.all_devices().collect();
        expected.extend(devices.into_iter().map(|device| (cell.phone.clone(), device)));
    }
    expected.remove(&(sender.cell.phone.clone(), sender.device));
    let named: BTreeSet<_> =
        contents.iter().map(|content| (content.cell.phone.clone(), content.device)).collect();
    if named == expected {
        return None;
    }
    let jids: Vec<Jid> = expected
        .iter()
        .map(|(phone, device)| {
            let cell = if *phone == recipient.phone { recipient } else { sender.cell };
            cell.jid(by_lid, *device)
        })
        .collect();
    MessageUtils::participant_list_hash(&jids).ok()
}

/// All devices that a message of `sender` to `recipient` is for.
pub async fn devices_for(
    sender: Sender<'_>,
    recipient: &Arc<AccountCell>,
) -> Vec<(Arc<AccountCell>, u16)> {
    let mut targets = Vec::new();
    for cell in [recipient, sender.cell] {
        for device in cell.lock().await.all_devices() {
            let is_sender = cell.phone == sender.cell.phone && device == sender.device;
            let known = targets.iter().any(|(other, id): &(Arc<AccountCell>, u16)| {
                other.phone == cell.phone && *id == device
            });
            if !is_sender && !known {
                targets.push((cell.clone(), device));
            }
        }
    }
    targets
}

/// Gives every device its part of a message. No account may be locked.
pub async fn deliver(sender: Sender<'_>, envelope: &Envelope, contents: Vec<DeviceMessage>) {
    let mut rest = contents;
    while let Some(first) = rest.first() {
        let cell = first.cell.clone();
        let (now, later): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|content| content.cell.phone == cell.phone);
        rest = later;
        let stanzas = now.iter().flat_map(|content| {
            let stanza = envelope.stanza(sender, content, children(envelope, content));
            cell.spoiled(content.device, stanza)
        });
        let stanzas: Vec<_> = stanzas.collect();
        cell.hand_over(stanzas).await;
    }
}

fn children(envelope: &Envelope, content: &DeviceMessage) -> Vec<Node> {
    let mut children = vec![content.enc.clone()];
    if content.enc.text("type") == "pkmsg" {
        children.extend(envelope.device_identity.clone());
    }
    children.extend(envelope.extra.iter().cloned());
    children
}
