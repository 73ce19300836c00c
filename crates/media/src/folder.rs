use std::path::{Path, PathBuf};

use bytes::Bytes;
use siskin_model::{FileToken, InstanceId};
use tokio::io::AsyncWriteExt as _;

use crate::MediaError;

/// The folder of all stored files: a folder for each instance, a file for each token.
#[derive(Debug, Clone)]
pub struct MediaFolder {
    root: PathBuf,
}

/// A file that is being written. Nobody sees it before [`NewFile::finish`]; dropped without,
/// it is removed.
#[derive(Debug)]
pub struct NewFile {
    temporary: PathBuf,
    place: PathBuf,
    file: tokio::fs::File,
    written: u64,
    largest: u64,
    finished: bool,
}

impl MediaFolder {
    /// The folder at that path, which is made with the first file.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    fn folder(&self, instance: InstanceId) -> PathBuf {
        self.root.join(instance.to_string())
    }

    /// Where a file is, or would be.
    pub fn path(&self, instance: InstanceId, token: &FileToken) -> PathBuf {
        self.folder(instance).join(token.expose())
    }

    /// Begins a file of at most `largest` bytes.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn create(
        &self,
        instance: InstanceId,
        token: &FileToken,
        largest: u64,
    ) -> Result<NewFile, MediaError> {
        let place = self.path(instance, token);
        let temporary = place.with_extension("part");
        let written = |source| MediaError::Disk { action: "written", source };
        tokio::fs::create_dir_all(self.folder(instance)).await.map_err(written)?;
        let file = tokio::fs::File::create(&temporary).await.map_err(written)?;
        Ok(NewFile { temporary, place, file, written: 0, largest, finished: false })
    }

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    /// When the disk does not let go of it.
    pub async fn remove(&self, instance: InstanceId, token: &FileToken) -> Result<(), MediaError> {
        gone(tokio::fs::remove_file(self.path(instance, token)).await)
    }

    /// Removes every file of an instance.
    ///
    /// # Errors
    /// When the disk does not let go of them.
    pub async fn remove_all(&self, instance: InstanceId) -> Result<(), MediaError> {
        gone(tokio::fs::remove_dir_all(self.folder(instance)).await)
    }
}

fn gone(result: std::io::Result<()>) -> Result<(), MediaError> {
    match result {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(MediaError::Disk { action: "removed", source })
        }
        _ => Ok(()),
    }
}

impl NewFile {
    /// Where its bytes are until it is finished: for writers that want a path.
    pub fn temporary_path(&self) -> &Path {
        &self.temporary
    }

    /// Adds bytes.
    ///
    /// # Errors
    /// When it gets too large or the disk does not take them.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), MediaError> {
        self.written += bytes.len() as u64;
        if self.written > self.largest {
            return Err(MediaError::TooLarge { largest: self.largest });
        }
        let written = self.file.write_all(&bytes).await;
        written.map_err(|source| MediaError::Disk { action: "written", source })
    }

    /// Puts the file in its place, durably; tells how many bytes it has.
    ///
    /// # Errors
    /// When it is too large or the disk does not take it.
    pub async fn finish(mut self) -> Result<u64, MediaError> {
        let written = |source| MediaError::Disk { action: "written", source };
        self.file.flush().await.map_err(written)?;
        self.file.sync_data().await.map_err(written)?;
        let size = tokio::fs::metadata(&self.temporary).await.map_err(written)?.len();
        if size > self.largest {
            return Err(MediaError::TooLarge { largest: self.largest });
        }
        tokio::fs::rename(&self.temporary, &self.place).await.map_err(written)?;
        self.finished = true;
        Ok(size)
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.finished {
            // Best effort: what is left is removed with the instance's folder.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}
