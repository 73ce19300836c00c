//! Signal keys as stanzas carry them: in uploads, in answers to who asks for another's keys,
//! and in receipts that ask for a message again.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use crate::account::{DeviceKeys, PreKey, SignedPreKey};
use crate::node::{NodeExt as _, leaf};

/// The only type of key there is: Curve25519.
const KEY_TYPE: [u8; 1] = [5];

/// `<registration>`.
pub fn registration(keys: &DeviceKeys) -> Node {
    leaf("registration", keys.registration_id.clone())
}

/// `<registration>`, `<type>` and `<identity>`.
pub fn identity(keys: &DeviceKeys) -> [Node; 3] {
    [registration(keys), leaf("type", KEY_TYPE), leaf("identity", keys.identity.clone())]
}

/// `<type>`, `<identity>`, the first one-time key as `<key>`, and `<skey>`.
pub fn keys(keys: &DeviceKeys) -> Vec<Node> {
    let [_, kind, identity] = identity(keys);
    let mut nodes = vec![kind, identity];
    if let Some(prekey) = keys.prekeys.front() {
        let parts = [leaf("id", prekey.id.clone()), leaf("value", prekey.value.clone())];
        nodes.push(NodeBuilder::new("key").children(parts).build());
    }
    nodes.push(signed_prekey_node(&keys.signed_prekey));
    nodes
}

/// The keys in a receipt that asks for a message again: `<registration>` and `<keys>`.
pub fn read(receipt: &Node) -> Option<DeviceKeys> {
    let keys = receipt.get_optional_child("keys")?;
    Some(DeviceKeys {
        registration_id: receipt.child_content("registration").to_vec(),
        identity: keys.child_content("identity").to_vec(),
        signed_prekey: signed_prekey(keys.get_optional_child("skey")?),
        prekeys: keys.get_optional_child("key").map(prekey).into_iter().collect(),
    })
}

/// `<skey>`.
pub fn signed_prekey_node(key: &SignedPreKey) -> Node {
    NodeBuilder::new("skey")
        .children([
            leaf("id", key.id.clone()),
            leaf("value", key.value.clone()),
            leaf("signature", key.signature.clone()),
        ])
        .build()
}

/// Reads a one-time key.
pub fn prekey(node: &Node) -> PreKey {
    PreKey { id: node.child_content("id").to_vec(), value: node.child_content("value").to_vec() }
}

/// Reads `<skey>`.
pub fn signed_prekey(node: &Node) -> SignedPreKey {
    SignedPreKey {
        id: node.child_content("id").to_vec(),
        value: node.child_content("value").to_vec(),
        signature: node.child_content("signature").to_vec(),
    }
}
