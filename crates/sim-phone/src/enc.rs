//! `<enc>`: encrypted content in a stanza.

use wacore_binary::builder::NodeBuilder;

/// `<enc>` as a phone makes it.
pub(crate) fn enc(kind: &'static str, sealed: Vec<u8>) -> NodeBuilder {
    NodeBuilder::new("enc").attr("v", "2").attr("type", kind).bytes(sealed)
}
