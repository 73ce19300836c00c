//! Receipts by which a phone says that its owner has read or played something.

use siskin_sim_server::routing;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::author;
use crate::chat::Chat;
use crate::chats::Row;
use crate::client::Client;

/// Messages in one receipt, as clients bound it.
const RECEIPT_IDS: usize = 256;

/// Receipts of one kind for messages of one chat: one for each author and namespace.
pub(super) async fn send_receipts(client: &Client, chat: &Chat, kind: &'static str, rows: &[Row]) {
    let mut rest: Vec<&Row> = rows.iter().collect();
    while let Some(first) = rest.first().copied() {
        let same = |row: &&Row| row.from == first.from && row.by_lid == first.by_lid;
        let (now, later): (Vec<&Row>, Vec<&Row>) = rest.into_iter().partition(same);
        rest = later;
        let author = chat.person.is_none().then(|| author(client, first, first.by_lid));
        for part in now.chunks(RECEIPT_IDS) {
            let ids = part.iter().map(|row| row.id.as_str());
            let receipt = receipt(chat.jid(first.by_lid), kind, author.as_deref(), ids);
            let directory = &client.server.directory;
            routing::receipt_from(directory, client.sender(), &receipt).await;
        }
    }
}

fn receipt<'a>(
    to: Jid,
    kind: &'static str,
    author: Option<&str>,
    mut ids: impl Iterator<Item = &'a str>,
) -> Node {
    let mut receipt = NodeBuilder::new("receipt")
        .attr("to", to)
        .attr("type", kind)
        .attr("id", ids.next().unwrap_or_default());
    if let Some(author) = author {
        receipt = receipt.attr("participant", author);
    }
    let items: Vec<Node> = ids.map(|id| NodeBuilder::new("item").attr("id", id).build()).collect();
    if items.is_empty() {
        return receipt.build();
    }
    receipt.children([NodeBuilder::new("list").children(items).build()]).build()
}
