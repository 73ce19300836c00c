//! Messages between two accounts, or between the devices of one.

use std::collections::BTreeSet;
use std::sync::Arc;

use wacore::messages::MessageUtils;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::{Acts, BAD_REQUEST, Envelope, Sender, ack, refusal};
use crate::account::AccountCell;
use crate::connection::LinkedSession;
use crate::node::NodeExt as _;
use crate::simulator::Simulator;

/// The error in the ack of a message to a number that is not on the network.
const NOT_FOUND: u16 = 404;

/// The content for one device.
pub(crate) struct Parcel {
    pub(crate) cell: Arc<AccountCell>,
    pub(crate) device: u16,
    /// Whether it is addressed by LID.
    pub(crate) by_lid: bool,
    pub(crate) enc: Node,
    /// The other name of the one whom the message is for, which the sender's own devices
    /// are told.
    pub(crate) recipient_other: Option<Jid>,
}

/// A linked device sends a message to a person.
pub(super) async fn message(session: &LinkedSession, sender: Sender<'_>, to: &Jid, message: &Node) {
    let sim = &session.sim;
    if let Some(code) = sender.cell.faults.take_refusal() {
        return session.outbox.send(refusal(message, code));
    }
    let Some(recipient) = sim.account_of(to).filter(|cell| !cell.faults.is_gone()) else {
        return session.outbox.send(refusal(message, NOT_FOUND));
    };
    let Some(parcels) = read_parcels(sim, &recipient, to, message) else {
        return session.outbox.send(refusal(message, BAD_REQUEST));
    };
    if !sender.cell.faults.take_withheld_ack() {
        let mut ack = ack(message);
        if message.get_optional_child("participants").is_some()
            && let Some(phash) = missed_devices(sender, &recipient, &parcels).await
        {
            ack = ack.attr("phash", phash);
        }
        session.outbox.send(ack.build());
    }
    let name = sender.cell.lock().await.name.clone();
    let envelope = Envelope::of(message, to, name);
    let mut acts = Acts::default();
    sim.deliver(sender, &envelope, parcels, &mut acts).await;
    acts.run(sim).await;
}

/// The contents of a message, by device. `None` when the message mixes numbers and LIDs,
/// or names a device of somebody who has nothing to do with it.
fn read_parcels(
    sim: &Simulator,
    recipient: &Arc<AccountCell>,
    to: &Jid,
    message: &Node,
) -> Option<Vec<Parcel>> {
    let recipient_other = recipient.other_jid(to.is_lid());
    let parcel = |jid: &Jid, enc: &Node| {
        Some(Parcel {
            cell: sim.account_of(jid)?,
            device: jid.device,
            by_lid: jid.is_lid(),
            enc: enc.clone(),
            recipient_other: recipient_other.clone(),
        })
    };
    // For one device: a message that is sent again, or one between own devices.
    if let Some(enc) = message.get_optional_child("enc") {
        return Some(vec![parcel(to, enc)?]);
    }
    let participants = message.get_optional_child("participants")?;
    participants
        .nodes()
        .iter()
        .map(|target| {
            let jid = target.jid("jid").filter(|jid| jid.server == to.server)?;
            parcel(&jid, target.get_optional_child("enc")?)
        })
        .collect()
}

/// The hash of the devices that the message should be for, when it is not for those.
async fn missed_devices(
    sender: Sender<'_>,
    recipient: &Arc<AccountCell>,
    parcels: &[Parcel],
) -> Option<String> {
    let by_lid = parcels.first()?.by_lid;
    let mut expected = BTreeSet::new();
    for cell in [recipient, sender.cell] {
        let devices: Vec<u16> = cell.lock().await.all_devices().collect();
        expected.extend(devices.into_iter().map(|device| (cell.phone.clone(), device)));
    }
    expected.remove(&(sender.cell.phone.clone(), sender.device));
    let named: BTreeSet<_> =
        parcels.iter().map(|parcel| (parcel.cell.phone.clone(), parcel.device)).collect();
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
pub(crate) async fn parcels_for(
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

impl Simulator {
    /// Gives every device its part of a message.
    pub(crate) async fn deliver(
        &self,
        sender: Sender<'_>,
        envelope: &Envelope,
        parcels: Vec<Parcel>,
        acts: &mut Acts,
    ) {
        let mut rest = parcels;
        while let Some(first) = rest.first() {
            let cell = first.cell.clone();
            let (now, later): (Vec<_>, Vec<_>) =
                rest.into_iter().partition(|parcel| parcel.cell.phone == cell.phone);
            rest = later;
            let mut account = cell.lock().await;
            for parcel in now {
                let stanza = envelope.stanza(sender, &parcel, content(envelope, &parcel));
                let device = parcel.device;
                let stanzas = match device {
                    0 => vec![stanza],
                    _ => cell.faults.spoil(stanza),
                };
                for stanza in stanzas {
                    self.hand_over(&cell, &mut account, device, stanza, acts).await;
                }
            }
        }
    }
}

fn content(envelope: &Envelope, parcel: &Parcel) -> Vec<Node> {
    let mut content = vec![parcel.enc.clone()];
    if parcel.enc.text("type") == "pkmsg" {
        content.extend(envelope.device_identity.clone());
    }
    content.extend(envelope.extra.iter().cloned());
    content
}

/// `<enc>` as a phone makes it.
pub(crate) fn enc(kind: &'static str, sealed: Vec<u8>) -> NodeBuilder {
    NodeBuilder::new("enc").attr("v", "2").attr("type", kind).bytes(sealed)
}
