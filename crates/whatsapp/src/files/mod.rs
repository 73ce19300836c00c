//! Files of messages, from WhatsApp's media servers to the disk.

mod download;
mod limited;

use std::path::Path;

use async_trait::async_trait;
use siskin_fleet::port::{ContentKey, FetchError, Files};
use siskin_model::{Message, StoredFile};
use wacore_binary::Jid;
use whatsapp_rust::features::{MediaRetryResult, MediaReuploadError, MediaReuploadRequest};

use self::download::{DownloadError, download};
use crate::jid::jid_of;
use crate::media_url::DirectPath;
use crate::members::Members;
use crate::session::EngineSession;
use crate::translate::{self, FileReference};

#[async_trait]
impl Files for EngineSession {
    fn content_key(&self, message: &Message) -> Option<ContentKey> {
        let decoded = waproto::codec::message_decode(&message.raw).ok()?;
        let reference = translate::file_reference(&decoded)?;
        let sha256 = reference.file_sha256.try_into().ok()?;
        Some(ContentKey::new(sha256, &reference.media_key))
    }

    async fn fetch_file(&self, message: &Message, to: &Path) -> Result<(), FetchError> {
        let decoded = waproto::codec::message_decode(&message.raw).map_err(failed)?;
        let reference = translate::file_reference(&decoded).ok_or(FetchError::Gone)?;
        if reference.file_length > StoredFile::LARGEST {
            return Err(FetchError::TooLarge);
        }
        let fetched = match download(&reference, &reference.direct_path, to, &self.client).await {
            Err(DownloadError::Gone) => {
                let direct_path = ask_again(message, &reference, self).await?;
                download(&reference, &direct_path, to, &self.client).await
            }
            other => other,
        };
        fetched.map_err(|error| {
            // What is there is a part at most. That it stays if it cannot be removed does no
            // harm: the next attempt replaces it.
            let _ = std::fs::remove_file(to);
            match error {
                DownloadError::Gone => FetchError::Gone,
                DownloadError::TooLarge => FetchError::TooLarge,
                DownloadError::Other(why) => FetchError::Failed(why),
            }
        })
    }
}

/// Asks the phone to upload the file again; answers where it is then.
async fn ask_again(
    message: &Message,
    reference: &FileReference,
    session: &EngineSession,
) -> Result<DirectPath, FetchError> {
    let chat = jid_of(&message.chat);
    let participant = match message.chat.is_group() {
        true => Some(writer(message, &session.members).await),
        false => None,
    };
    let request = MediaReuploadRequest {
        msg_id: message.id.as_str(),
        chat_jid: &chat,
        media_key: &reference.media_key,
        is_from_me: message.direction.is_outgoing(),
        participant: participant.as_ref(),
    };
    match session.client.media_reupload().request(&request).await {
        Ok(MediaRetryResult::Success { direct_path }) => {
            DirectPath::parse(&direct_path).ok_or(FetchError::Gone)
        }
        Ok(_) => Err(FetchError::Gone),
        Err(MediaReuploadError::Timeout) => Err(failed("the phone does not answer")),
        Err(error) => Err(failed(error)),
    }
}

async fn writer(message: &Message, members: &Members) -> Jid {
    let member = members.member(&message.chat, &message.sender).await;
    member.unwrap_or_else(|_| jid_of(&message.sender))
}

fn failed(why: impl std::fmt::Display) -> FetchError {
    FetchError::Failed(why.to_string())
}
