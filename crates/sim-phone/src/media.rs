//! What a phone does with files: it encrypts and uploads those it sends, and opens those it
//! gets.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek as _, Write};
use std::sync::Arc;

use sha2::Digest as _;
use siskin_sim_server::error::Error;
use siskin_sim_server::media::{MediaStore, token};
use wacore::download::{DownloadUtils, Downloadable, MediaType};
use wacore::proto_helpers::MessageExt as _;
use wacore::upload::MediaEncryptor;
use waproto::whatsapp as wa;

/// Bytes that are encrypted at a time.
const CHUNK: usize = 64 * 1024;

/// A file on the media hosts as a message names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRef {
    /// Where it is.
    pub url: String,
    /// The same without a host.
    pub direct_path: String,
    /// What the keys of the encryption are derived from.
    pub media_key: Vec<u8>,
    /// The hash of the plaintext.
    pub file_sha256: Vec<u8>,
    /// The hash of the encrypted content.
    pub file_enc_sha256: Vec<u8>,
    /// Bytes of the plaintext.
    pub file_length: u64,
    /// What the keys are derived for.
    pub media_type: MediaType,
}

/// Why a phone cannot open a file.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The hosts never had it, or have made room.
    #[error("the media hosts do not have the file")]
    Absent,
    /// The message does not describe the file that is there.
    #[error("the message does not fit its file: {0}")]
    Wrong(String),
    /// The disk failed.
    #[error("the file cannot be read: {0}")]
    Io(#[from] io::Error),
}

impl MediaRef {
    /// The file that a message carries.
    pub fn of(message: &wa::Message) -> Option<Self> {
        let file = downloadable(message.get_base_message())?;
        Some(Self {
            url: String::new(),
            direct_path: file.direct_path()?.to_owned(),
            media_key: file.media_key()?.to_vec(),
            file_sha256: file.file_sha256()?.to_vec(),
            file_enc_sha256: file.file_enc_sha256()?.to_vec(),
            file_length: file.file_length()?,
            media_type: file.app_info(),
        })
    }

    pub(crate) fn token(&self) -> String {
        token(&self.file_enc_sha256)
    }
}

fn downloadable(message: &wa::Message) -> Option<&dyn Downloadable> {
    if let Some(image) = message.image_message.as_option() {
        return Some(image);
    }
    if let Some(video) = message.video_message.as_option() {
        return Some(video);
    }
    if let Some(video_note) = message.ptv_message.as_option() {
        return Some(video_note);
    }
    if let Some(audio) = message.audio_message.as_option() {
        return Some(audio);
    }
    if let Some(document) = message.document_message.as_option() {
        return Some(document);
    }
    message.sticker_message.as_option().map(|sticker| sticker as &dyn Downloadable)
}

/// A phone encrypts a file and uploads it.
pub(crate) async fn upload(
    hosts: &Arc<MediaStore>,
    plaintext: impl AsRef<[u8]> + Send + 'static,
    media_type: MediaType,
) -> Result<MediaRef, Error> {
    let task_hosts = hosts.clone();
    let seal = move || seal(&task_hosts, plaintext.as_ref(), media_type);
    let sealed = tokio::task::spawn_blocking(seal).await;
    sealed.map_err(io::Error::other).and_then(|result| result).map_err(|source| {
        let path = hosts.folder().to_owned();
        Error::Io { path, source }
    })
}

fn seal(hosts: &MediaStore, plaintext: &[u8], media_type: MediaType) -> io::Result<MediaRef> {
    let mut file = tempfile::NamedTempFile::new_in(hosts.folder())?;
    // Each of the cipher's blocks of 16 bytes is written by itself.
    let mut sealed = BufWriter::with_capacity(CHUNK, file.as_file_mut());
    let mut encryptor = MediaEncryptor::new(media_type).map_err(io::Error::other)?;
    for chunk in plaintext.chunks(CHUNK) {
        encryptor.update_to_writer(chunk, &mut sealed)?;
    }
    let info = encryptor.finalize_to_writer(&mut sealed).map_err(io::Error::other)?;
    sealed.flush()?;
    drop(sealed);
    let (url, direct_path) = hosts.put(&token(&info.file_enc_sha256), file)?;
    Ok(MediaRef {
        url,
        direct_path,
        media_key: info.media_key.to_vec(),
        file_sha256: info.file_sha256.to_vec(),
        file_enc_sha256: info.file_enc_sha256.to_vec(),
        file_length: info.file_length,
        media_type,
    })
}

/// A phone opens a file and checks all that the message says about it. What it gives has
/// no name on disk and goes with the handle.
///
/// # Errors
/// When the hosts do not have it, or it is not what the message says.
pub async fn open_to_file(hosts: &Arc<MediaStore>, media_ref: MediaRef) -> Result<File, OpenError> {
    let hosts = hosts.clone();
    let open = tokio::task::spawn_blocking(move || unseal(&hosts, &media_ref));
    open.await.map_err(|error| OpenError::Io(io::Error::other(error)))?
}

fn unseal(hosts: &MediaStore, media_ref: &MediaRef) -> Result<File, OpenError> {
    if MediaStore::named_by(&media_ref.direct_path) != Some(media_ref.token()) {
        return Err(OpenError::Wrong("the direct path names another file".to_owned()));
    }
    let stored = hosts.copy_of(&media_ref.token()).ok_or(OpenError::Absent)?;
    let sealed = BufReader::new(File::open(stored)?);
    let file = tempfile::tempfile_in(hosts.folder())?;
    // Each of the cipher's blocks of 16 bytes is written by itself.
    let file = BufWriter::with_capacity(CHUNK, file);
    let mut checked = Checked { file, hash: sha2::Sha256::new() };
    let (key, media_type) = (&media_ref.media_key, media_ref.media_type);
    let length = DownloadUtils::decrypt_stream_to_writer(sealed, key, media_type, &mut checked)
        .map_err(|error| OpenError::Wrong(error.to_string()))?;
    if length != media_ref.file_length {
        return Err(OpenError::Wrong(format!("it has {length} bytes")));
    }
    if checked.hash.finalize()[..] != media_ref.file_sha256 {
        return Err(OpenError::Wrong("it has another SHA-256".to_owned()));
    }
    let mut file = checked.file.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

/// Writes to a file and hashes what is written.
struct Checked {
    file: BufWriter<File>,
    hash: sha2::Sha256,
}

impl Write for Checked {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use siskin_sim_server::Server;

    use super::*;

    fn hosts() -> Arc<MediaStore> {
        Server::open(None).unwrap().media
    }

    async fn open(hosts: &Arc<MediaStore>, media_ref: MediaRef) -> Result<Vec<u8>, OpenError> {
        let mut file = open_to_file(hosts, media_ref).await?;
        let mut plaintext = Vec::new();
        io::copy(&mut file, &mut plaintext)?;
        Ok(plaintext)
    }

    #[tokio::test]
    async fn a_phone_opens_what_another_has_sealed_and_notices_a_wrong_description() {
        let hosts = hosts();
        let text = vec![7; 200_000];
        let sealed = upload(&hosts, text.clone(), MediaType::Document).await.unwrap();
        assert_eq!(open(&hosts, sealed.clone()).await.unwrap(), text);

        let mut wrong = [sealed.clone(), sealed.clone(), sealed.clone(), sealed.clone()];
        wrong[0].media_key[0] ^= 1;
        wrong[1].file_sha256[0] ^= 1;
        wrong[2].file_length += 1;
        wrong[3].direct_path = "/v/else".to_owned();
        for wrong in wrong {
            assert!(matches!(open(&hosts, wrong).await, Err(OpenError::Wrong(_))));
        }
        assert!(matches!(open(&self::hosts(), sealed).await, Err(OpenError::Absent)));
    }
}
