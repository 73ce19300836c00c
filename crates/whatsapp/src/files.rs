//! Files of messages, from WhatsApp's media servers to the disk.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use siskin_fleet::{ContentKey, FetchError};
use siskin_model::{Message, StoredFile};
use wacore::download::DownloadWriter;
use whatsapp_rust::ErrorChainExt;
use whatsapp_rust::download::DownloadParams;
use whatsapp_rust::features::{MediaRetryResult, MediaReuploadError, MediaReuploadRequest};

use crate::jid::jid_of;
use crate::media_url::DirectPath;
use crate::session::EngineSession;
use crate::translate::{self, FileReference};

/// How much of a file is written at once, in bytes.
const BUFFER: usize = 64 * 1024;
/// Statuses by which a media server says that it does not have a file any more.
const GONE: [u16; 3] = [403, 404, 410];

/// What a message says about its file.
pub(crate) fn content_key(message: &Message) -> Option<ContentKey> {
    let decoded = waproto::codec::message_decode(&message.raw).ok()?;
    let reference = translate::file_reference(&decoded)?;
    let sha256 = reference.file_sha256.try_into().ok()?;
    Some(ContentKey::new(sha256, &reference.media_key))
}

impl EngineSession {
    pub(crate) async fn fetch(&self, message: &Message, to: &Path) -> Result<(), FetchError> {
        let decoded = waproto::codec::message_decode(&message.raw).map_err(failed)?;
        let reference = translate::file_reference(&decoded).ok_or(FetchError::Gone)?;
        if reference.file_length > StoredFile::LARGEST {
            return Err(FetchError::TooLarge);
        }
        let fetched = match self.download(&reference, &reference.direct_path, to).await {
            Err(Failure::Gone) => {
                let direct_path = self.ask_again(message, &reference).await?;
                self.download(&reference, &direct_path, to).await
            }
            other => other,
        };
        fetched.map_err(|failure| {
            // What is there is a part at most. That it stays if it cannot be removed does no
            // harm: the next attempt replaces it.
            let _ = std::fs::remove_file(to);
            match failure {
                Failure::Gone => FetchError::Gone,
                Failure::TooLarge => FetchError::TooLarge,
                Failure::Other(why) => FetchError::Failed(why),
            }
        })
    }

    async fn download(
        &self,
        reference: &FileReference,
        direct_path: &DirectPath,
        to: &Path,
    ) -> Result<(), Failure> {
        let file = tokio::fs::File::create(to).await.map_err(Failure::other)?.into_std().await;
        let parameters = DownloadParams::encrypted(
            direct_path.as_str(),
            &reference.media_key,
            &reference.file_sha256,
            &reference.file_enc_sha256,
            reference.file_length,
            reference.media_type,
        );
        let writer = Limited::new(file, StoredFile::LARGEST);
        match self.client.download_to_writer(&parameters, writer).await {
            Ok(_) => Ok(()),
            Err(error) => Err(Failure::of(&error)),
        }
    }

    /// Asks the phone to upload the file again; answers where it is then.
    async fn ask_again(
        &self,
        message: &Message,
        reference: &FileReference,
    ) -> Result<DirectPath, FetchError> {
        let chat = jid_of(&message.chat);
        let participant = match message.chat.is_group() {
            true => Some(self.writer(message).await),
            false => None,
        };
        let request = MediaReuploadRequest {
            msg_id: message.id.as_str(),
            chat_jid: &chat,
            media_key: &reference.media_key,
            is_from_me: message.direction.is_outgoing(),
            participant: participant.as_ref(),
        };
        match self.client.media_reupload().request(&request).await {
            Ok(MediaRetryResult::Success { direct_path }) => {
                DirectPath::parse(&direct_path).ok_or(FetchError::Gone)
            }
            Ok(_) => Err(FetchError::Gone),
            Err(MediaReuploadError::Timeout) => Err(failed("the phone does not answer")),
            Err(error) => Err(failed(error)),
        }
    }

    async fn writer(&self, message: &Message) -> wacore_binary::Jid {
        let member = self.member(&message.chat, &message.sender).await;
        member.unwrap_or_else(|_| jid_of(&message.sender))
    }
}

fn failed(why: impl std::fmt::Display) -> FetchError {
    FetchError::Failed(why.to_string())
}

/// Why a download did not succeed.
enum Failure {
    Gone,
    TooLarge,
    Other(String),
}

impl Failure {
    fn other(why: impl std::fmt::Display) -> Self {
        Self::Other(why.to_string())
    }

    fn of(error: &anyhow::Error) -> Self {
        let cause: &(dyn std::error::Error + 'static) = error.as_ref();
        if cause.http_status().is_some_and(|status| GONE.contains(&status)) {
            return Self::Gone;
        }
        let is_too_large = |cause: &(dyn std::error::Error + 'static)| {
            cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
        };
        if ErrorChainExt::sources(cause).any(is_too_large) {
            return Self::TooLarge;
        }
        Self::other(error)
    }
}

/// A file that does not grow beyond a size, whatever the message promised.
struct Limited {
    /// The engine writes each of a cipher's blocks of 16 bytes by itself. When it is done, it
    /// goes back to the beginning, and what is buffered is written then.
    file: BufWriter<File>,
    left: u64,
}

impl Limited {
    fn new(file: File, most: u64) -> Self {
        Self { file: BufWriter::with_capacity(BUFFER, file), left: most }
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.left =
            self.left.checked_sub(length).ok_or(io::Error::from(io::ErrorKind::FileTooLarge))?;
        self.file.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Limited {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

impl DownloadWriter for Limited {
    /// An attempt begins anew.
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.file.flush()?;
        self.file.get_ref().set_len(length)?;
        self.left = StoredFile::LARGEST.saturating_sub(length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_file_that_promised_to_be_small_is_still_limited() {
        let file = tempfile::tempfile().unwrap();
        let mut limited = Limited::new(file, 10);
        limited.write_all(&[1; 8]).unwrap();
        let error = limited.write_all(&[1; 8]).unwrap_err();
        let error = anyhow::Error::from(error).context("downloading");
        assert!(matches!(Failure::of(&error), Failure::TooLarge));
        limited.truncate(0).unwrap();
        limited.write_all(&[1; 11]).unwrap();
    }

    #[test]
    fn a_file_is_whole_once_its_beginning_is_sought() {
        let file = tempfile::tempfile().unwrap();
        let written = file.try_clone().unwrap();
        let mut limited = Limited::new(file, 100);
        limited.write_all(&[1; 8]).unwrap();
        limited.truncate(0).unwrap();
        limited.rewind().unwrap();
        limited.write_all(&[2; 5]).unwrap();
        limited.rewind().unwrap();
        assert_eq!(written.metadata().unwrap().len(), 5);
    }
}
