//! What is written on a message beside its encrypted content, as the one who gets it sees
//! it.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeValue};

use super::{DeviceMessage, Sender};
use crate::clock::unix_seconds;
use crate::node::NodeExt as _;

/// Children of a message that are for the server, or that it puts there itself.
const NOT_PASSED_ON: [&str; 6] =
    ["participants", "enc", "device-identity", "reporting", "tctoken", "cstoken"];

/// A message without its content.
pub struct Envelope {
    /// The id that the sender gave it.
    pub id: String,
    /// `text`, `media`, `reaction`, `poll`.
    pub kind: String,
    /// The chat, without a device.
    pub chat: Jid,
    /// `1` for an edit, `7` for a message taken back by its author.
    pub edit: Option<String>,
    /// `peer` between devices of one account.
    pub category: Option<String>,
    /// The account's statement about the device that sends, for those who do not know it.
    pub device_identity: Option<Node>,
    /// Whatever else is passed on unread.
    pub extra: Vec<Node>,
    /// The name that the sender goes by.
    pub name: String,
}

impl Envelope {
    /// What a device wrote on the message that it sends.
    pub(super) fn of(message: &Node, to: &Jid, name: String) -> Self {
        let optional = |key: &str| message.attrs.get(key).map(|value| value.as_str().into_owned());
        // One that is sent again to another own device says which chat it is from.
        let chat = message.jid("recipient").unwrap_or_else(|| to.clone()).to_non_ad();
        Self {
            id: message.text("id").into_owned(),
            kind: message.text("type").into_owned(),
            chat,
            edit: optional("edit"),
            category: optional("category"),
            device_identity: message.get_optional_child("device-identity").cloned(),
            extra: message
                .nodes()
                .iter()
                .filter(|child| !NOT_PASSED_ON.contains(&child.tag.as_ref()))
                .cloned()
                .collect(),
            name,
        }
    }

    /// The stanza that one device gets.
    pub(super) fn stanza(
        &self,
        sender: Sender<'_>,
        message: &DeviceMessage,
        content: Vec<Node>,
    ) -> Node {
        let by_lid = message.by_lid || sender.cell.hides_number;
        let own = message.cell.phone == sender.cell.phone;
        let mut stanza = NodeBuilder::new("message")
            .attr("from", sender.cell.jid(by_lid, sender.device))
            .attr("id", self.id.as_str())
            .attr("type", self.kind.as_str())
            .attr("t", unix_seconds().to_string());
        if self.category.as_deref() == Some("peer") {
            return stanza.attr("category", "peer").children(content).build();
        }
        stanza = stanza
            .attr("notify", self.name.as_str())
            .attr("addressing_mode", if by_lid { "lid" } else { "pn" });
        if own {
            stanza = stanza.attr("recipient", self.chat.clone());
        }
        let other =
            if own { message.recipient_other.clone() } else { sender.cell.other_jid(by_lid) };
        if let Some(other) = other {
            stanza = stanza.attr(other_key(own, by_lid), NodeValue::from(other));
        }
        if let Some(edit) = &self.edit {
            stanza = stanza.attr("edit", edit.as_str());
        }
        stanza.children(content).build()
    }
}

/// Where a stanza has the other name of the sender, or of the recipient for the sender's
/// own devices.
fn other_key(own: bool, by_lid: bool) -> &'static str {
    match (own, by_lid) {
        (false, true) => "sender_pn",
        (false, false) => "sender_lid",
        (true, true) => "peer_recipient_pn",
        (true, false) => "peer_recipient_lid",
    }
}
