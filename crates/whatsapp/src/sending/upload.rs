use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use siskin_fleet::{Parts, SendError};
use siskin_model::ChatId;
use siskin_model::message::{Command, FileKind, Outgoing};
use wacore::download::MediaType;
use wacore::upload::{EncryptedMediaInfo, UploadSource, encrypt_media_streaming};
use whatsapp_rust::ErrorChainExt as _;
use whatsapp_rust::upload::{UploadOptions, UploadResponse};

use super::failure;
use crate::media_url::DirectPath;
use crate::session::EngineSession;
use crate::translate::Uploaded;

impl EngineSession {
    /// Uploads what a message needs at WhatsApp: its file, or the large picture of its link.
    pub(super) async fn upload_for(
        &self,
        outgoing: &Outgoing,
        parts: &Parts,
    ) -> Result<Option<Uploaded>, SendError> {
        if let Command::File(file) = &outgoing.command {
            let path = parts.file.as_deref();
            let path = path.ok_or_else(|| SendError::Impossible("its file is gone".to_owned()))?;
            return self.upload_file(path, media_type(file.kind), &outgoing.chat).await.map(Some);
        }
        let large = parts.preview.as_ref().and_then(|preview| preview.large.as_ref());
        match large {
            Some((picture, ..)) => Ok(self.upload_picture(picture.clone()).await),
            None => Ok(None),
        }
    }

    async fn upload_file(
        &self,
        path: &Path,
        media_type: MediaType,
        chat: &ChatId,
    ) -> Result<Uploaded, SendError> {
        let encrypted = encrypt(path.to_owned(), media_type).await;
        let (info, source) = encrypted
            .map_err(|error| SendError::Impossible(format!("its file cannot be read: {error}")))?;
        match self.client.upload_stream(source, info, media_type).await {
            Ok(response) => uploaded(response).ok_or_else(|| {
                SendError::Impossible("WhatsApp's media servers have no place for its file".into())
            }),
            Err(error) => {
                tracing::warn!(instance = %self.keys.instance, %error, "a file is not uploaded");
                Err(match error.as_ref() as &(dyn std::error::Error + 'static) {
                    cause if cause.http_status().is_some() => SendError::Impossible(
                        "WhatsApp's media servers did not take its file".to_owned(),
                    ),
                    _ => failure::of_any(&error, chat),
                })
            }
        }
    }

    /// The picture of a link. Without it the link is shown small, which is no reason not to
    /// send the text.
    async fn upload_picture(&self, picture: Vec<u8>) -> Option<Uploaded> {
        let answer =
            self.client.upload(picture, MediaType::LinkThumbnail, UploadOptions::new()).await;
        match answer {
            Ok(response) => uploaded(response),
            Err(error) => {
                tracing::info!(instance = %self.keys.instance, %error, "a link has no picture");
                None
            }
        }
    }
}

fn media_type(kind: FileKind) -> MediaType {
    match kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::Audio => MediaType::Audio,
        FileKind::Document => MediaType::Document,
        FileKind::Sticker => MediaType::Sticker,
    }
}

/// `None`: the place that was named is none of WhatsApp's, and is not passed on to anybody.
fn uploaded(response: UploadResponse) -> Option<Uploaded> {
    DirectPath::parse(&response.direct_path)?;
    Some(Uploaded {
        url: response.url,
        direct_path: response.direct_path,
        media_key: response.media_key,
        media_key_timestamp: response.media_key_timestamp,
        file_sha256: response.file_sha256,
        file_enc_sha256: response.file_enc_sha256,
        file_length: response.file_length,
        streaming_sidecar: response.streaming_sidecar,
    })
}

/// Encrypts a file into another one beside it, which has no name and is gone when it is
/// closed: memory stays small whatever the size.
async fn encrypt(
    path: PathBuf,
    media_type: MediaType,
) -> anyhow::Result<(EncryptedMediaInfo, Encrypted)> {
    let encrypt = move || {
        let folder = path.parent().unwrap_or(Path::new("."));
        let encrypted = tempfile::tempfile_in(folder)?;
        let reader = BufReader::new(File::open(&path)?);
        let info = encrypt_media_streaming(reader, BufWriter::new(&encrypted), media_type)?;
        let length = encrypted.metadata()?.len();
        Ok((info, Encrypted { file: Arc::new(Mutex::new(encrypted)), length }))
    };
    tokio::task::spawn_blocking(encrypt).await?
}

/// An encrypted file that the engine reads as often as it has to, from where it has to.
struct Encrypted {
    file: Arc<Mutex<File>>,
    length: u64,
}

impl UploadSource for Encrypted {
    fn len(&self) -> u64 {
        self.length
    }

    fn reader_from(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(EncryptedReader { file: self.file.clone(), position: offset }))
    }
}

/// Has a position of its own: an attempt that was given up may still be reading.
struct EncryptedReader {
    file: Arc<Mutex<File>>,
    position: u64,
}

impl Read for EncryptedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.position))?;
        let length = file.read(buffer)?;
        self.position += u64::try_from(length).map_err(io::Error::other)?;
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn an_encrypted_file_can_be_read_from_anywhere_and_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, vec![7; 100_000]).unwrap();
        let (info, source) = encrypt(path, MediaType::Video).await.unwrap();
        assert_eq!(info.file_length, 100_000);
        assert_eq!(source.len(), u64::try_from(wacore::upload::encrypted_len(100_000)).unwrap());
        let read = |offset| {
            let mut bytes = Vec::new();
            source.reader_from(offset).unwrap().read_to_end(&mut bytes).unwrap();
            bytes
        };
        let whole = read(0);
        assert_eq!(u64::try_from(whole.len()).unwrap(), source.len());
        assert_eq!(read(1000), whole[1000..]);
        // Nothing is left in the folder but the file itself.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
