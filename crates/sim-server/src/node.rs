//! Reading stanzas: small accessors over [`Node`], which stores attributes and content
//! as variants.

use std::borrow::Cow;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node, NodeContent, SERVER_JID};

/// Accessors that treat an absent attribute or content as empty.
pub trait NodeExt {
    /// The attribute as text, empty when absent.
    fn text(&self, key: &str) -> Cow<'_, str>;
    /// The attribute as a number, when it is one.
    fn number(&self, key: &str) -> Option<u64>;
    /// The attribute as a JID, when it is one.
    fn jid(&self, key: &str) -> Option<Jid>;
    /// The child stanzas.
    fn nodes(&self) -> &[Node];
    /// The binary or text content, empty for a stanza with children.
    fn content(&self) -> &[u8];
    /// The content of the first child called `tag`, empty when there is none.
    fn child_content(&self, tag: &str) -> &[u8];
}

impl NodeExt for Node {
    fn text(&self, key: &str) -> Cow<'_, str> {
        self.attrs.get(key).map(|value| value.as_str()).unwrap_or_default()
    }

    fn number(&self, key: &str) -> Option<u64> {
        self.text(key).parse().ok()
    }

    fn jid(&self, key: &str) -> Option<Jid> {
        self.attrs.get(key).and_then(|value| value.to_jid())
    }

    fn nodes(&self) -> &[Node] {
        self.children().unwrap_or_default()
    }

    fn content(&self) -> &[u8] {
        match &self.content {
            Some(NodeContent::Bytes(bytes)) => bytes,
            Some(NodeContent::String(text)) => text.as_bytes(),
            _ => &[],
        }
    }

    fn child_content(&self, tag: &str) -> &[u8] {
        self.get_optional_child(tag).map(NodeExt::content).unwrap_or_default()
    }
}

/// A stanza that holds only bytes.
pub fn leaf(tag: &'static str, content: impl Into<Vec<u8>>) -> Node {
    NodeBuilder::new(tag).bytes(content).build()
}

/// `<iq from="s.whatsapp.net" type="result">` that answers `request`.
pub fn iq_result(request: &Node, children: Vec<Node>) -> Node {
    let answer = NodeBuilder::new("iq")
        .attr("from", SERVER_JID)
        .attr("id", request.text("id").as_ref())
        .attr("type", "result");
    if children.is_empty() { answer.build() } else { answer.children(children).build() }
}

/// `<iq type="error"><error code text/></iq>` that answers `request`.
pub fn iq_error(request: &Node, code: u16, text: &'static str) -> Node {
    NodeBuilder::new("iq")
        .attr("from", SERVER_JID)
        .attr("id", request.text("id").as_ref())
        .attr("type", "error")
        .children([NodeBuilder::new("error")
            .attr("code", code.to_string())
            .attr("text", text)
            .build()])
        .build()
}
