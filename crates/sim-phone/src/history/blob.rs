//! A piece of history as it is sent: compressed, in a message or in a file of the media
//! hosts.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use buffa::Message as _;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use siskin_sim_server::error::Error;
use siskin_sim_server::media::MediaStore;
use wacore::download::MediaType;
use waproto::whatsapp as wa;
use waproto::whatsapp::history_sync::HistorySyncType;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{HistorySyncNotification, HistorySyncType as Announced};

use crate::media;

/// Bytes that go into a message; what is larger becomes a file.
const MAX_INLINE: usize = 64 * 1024;

/// A piece of history and its place.
pub(super) struct Blob {
    pub(super) history: wa::HistorySync,
    pub(super) order: u32,
    /// In percent.
    pub(super) progress: u32,
    /// The request that it answers.
    pub(super) session: Option<String>,
}

impl Blob {
    /// The message that carries or announces it.
    pub(super) async fn into_message(
        self,
        hosts: &Arc<MediaStore>,
        inline: bool,
    ) -> Result<wa::Message, Error> {
        let oldest = self
            .history
            .conversations
            .iter()
            .flat_map(|conversation| &conversation.messages)
            .filter_map(|message| message.message.message_timestamp)
            .min();
        let packed = pack(&self.history).map_err(|source| {
            // Nothing is written to disk here.
            Error::Io { path: PathBuf::from("history"), source }
        })?;
        let mut notification = HistorySyncNotification {
            sync_type: Some(announced(self.history.sync_type)),
            chunk_order: Some(self.order),
            progress: Some(self.progress),
            oldest_msg_in_chunk_timestamp_sec: oldest.and_then(|time| i64::try_from(time).ok()),
            peer_data_request_session_id: self.session,
            ..Default::default()
        };
        if inline && packed.len() <= MAX_INLINE {
            notification.initial_hist_bootstrap_inline_payload = Some(packed);
        } else {
            let file = media::upload(hosts, packed, MediaType::History).await?;
            notification.file_sha256 = Some(file.file_sha256);
            notification.file_length = Some(file.file_length);
            notification.media_key = Some(file.media_key);
            notification.file_enc_sha256 = Some(file.file_enc_sha256);
            notification.direct_path = Some(file.direct_path);
        }
        Ok(wa::Message {
            protocol_message: wa::message::ProtocolMessage {
                r#type: Some(Type::HISTORY_SYNC_NOTIFICATION),
                history_sync_notification: notification.into(),
                ..Default::default()
            }
            .into(),
            ..Default::default()
        })
    }
}

fn pack(history: &wa::HistorySync) -> io::Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&history.encode_to_vec())?;
    encoder.finish()
}

/// The same type under the name that messages have for it.
fn announced(sync_type: HistorySyncType) -> Announced {
    match sync_type {
        HistorySyncType::INITIAL_BOOTSTRAP => Announced::INITIAL_BOOTSTRAP,
        HistorySyncType::INITIAL_STATUS_V3 => Announced::INITIAL_STATUS_V3,
        HistorySyncType::FULL => Announced::FULL,
        HistorySyncType::RECENT => Announced::RECENT,
        HistorySyncType::PUSH_NAME => Announced::PUSH_NAME,
        HistorySyncType::NON_BLOCKING_DATA => Announced::NON_BLOCKING_DATA,
        HistorySyncType::ON_DEMAND => Announced::ON_DEMAND,
    }
}
