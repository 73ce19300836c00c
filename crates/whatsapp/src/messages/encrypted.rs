use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use wacore::download::MediaType;
use wacore::upload::{EncryptedMediaInfo, UploadSource, encrypt_media_streaming};

/// Encrypts a file into another one beside it, which has no name and is gone when it is
/// closed: memory stays small whatever the size.
pub(super) async fn encrypt(
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
pub(super) struct Encrypted {
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
        let mut file = self.file.lock();
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
