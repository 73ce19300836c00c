//! Messages that were decrypted and could not be written.

use parking_lot::Mutex;
use wacore::store::error::Result;
use wacore::store::traits::{PendingInboundRow, ProtocolStore as _};
use whatsapp_rust::store::SqliteStore;

/// How many are kept. A session that could not write reads no more from its socket, so that
/// only what it had read already comes to this.
const MOST: usize = 1024;
/// How many bytes of them.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// The messages that sessions of one instance had decrypted when the disk failed, until there
/// is a session again that can write them.
#[derive(Default)]
pub(super) struct Unwritten(Mutex<Vec<Row>>);

struct Row {
    chat: String,
    sender: String,
    id: String,
    message: Vec<u8>,
}

impl Unwritten {
    pub(super) fn add(&self, more: &[PendingInboundRow<'_>]) {
        let mut rows = self.0.lock();
        let mut bytes: usize = rows.iter().map(|row| row.message.len()).sum();
        for row in more {
            bytes += row.message.len();
            if rows.len() >= MOST || bytes > MOST_BYTES {
                return;
            }
            rows.push(Row {
                chat: row.chat.to_owned(),
                sender: row.sender.to_owned(),
                id: row.id.to_owned(),
                message: row.message.to_vec(),
            });
        }
    }

    /// Writes them where the next session looks for what WhatsApp sends again.
    pub(super) async fn write_to(&self, store: &SqliteStore) -> Result<()> {
        let rows = std::mem::take(&mut *self.0.lock());
        if rows.is_empty() {
            return Ok(());
        }
        let pending: Vec<PendingInboundRow<'_>> = rows
            .iter()
            .map(|row| PendingInboundRow {
                chat: &row.chat,
                sender: &row.sender,
                id: &row.id,
                message: &row.message,
            })
            .collect();
        let written = store.store_pending_inbound_batch(&pending).await;
        if written.is_err() {
            self.0.lock().extend(rows);
        }
        written
    }
}
