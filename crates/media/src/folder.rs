use std::io;
use std::path::{Path, PathBuf};

use siskin_model::{FileToken, InstanceId};

use crate::disk::{UNFINISHED, blocking, make_folders, sync_folder};
use crate::{MediaError, NewFile};

/// The folder of all stored files: a folder for each instance, a file for each token; and one
/// by what they hold.
#[derive(Debug, Clone)]
pub struct MediaFolder {
    root: PathBuf,
}

impl MediaFolder {
    /// The folder at that path, which is made with the first file.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn folder(&self, instance: InstanceId) -> PathBuf {
        self.root.join(instance.to_string())
    }

    /// Where a file is, or would be. A token has nothing but hexadecimal digits, so this is
    /// never outside.
    pub fn path(&self, instance: InstanceId, token: &FileToken) -> PathBuf {
        self.folder(instance).join(token.expose())
    }

    /// Begins a file of at most `largest` bytes. Several may be begun for one token: the last
    /// to be finished stays.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn create(
        &self,
        instance: InstanceId,
        token: &FileToken,
        largest: u64,
    ) -> Result<NewFile, MediaError> {
        let folder = self.folder(instance);
        let root = self.root.clone();
        let made = blocking("written", move || make_folders(&root, &folder));
        made.await?;
        NewFile::begin(self.path(instance, token), largest).await
    }

    /// Keeps a finished file under another token as well. Either can be removed without the
    /// other; they share the space on disk where the file system can do that.
    ///
    /// # Errors
    /// When the original is not there or the disk does not take it.
    pub async fn link(
        &self,
        original: &Path,
        instance: InstanceId,
        token: &FileToken,
    ) -> Result<(), MediaError> {
        let (root, folder) = (self.root.clone(), self.folder(instance));
        let (original, place) = (original.to_owned(), self.path(instance, token));
        let linked = blocking("written", move || {
            make_folders(&root, &folder)?;
            if std::fs::hard_link(&original, &place).is_err() {
                std::fs::copy(&original, &place)?;
                std::fs::File::open(&place)?.sync_all()?;
            }
            sync_folder(&folder)
        });
        linked.await
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

    /// Removes what an earlier run of the program did not finish, and tells how many files
    /// that were. For the start, before the first [`MediaFolder::create`].
    ///
    /// # Errors
    /// When the disk cannot be read or does not let go.
    pub async fn clean(&self) -> Result<usize, MediaError> {
        let root = self.root.clone();
        blocking("removed", move || remove_unfinished(&root)).await
    }
}

fn remove_unfinished(root: &Path) -> io::Result<usize> {
    let folders = match std::fs::read_dir(root) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        folders => folders?,
    };
    let mut removed = 0;
    for folder in folders {
        let folder = folder?;
        if !folder.file_type()?.is_dir() {
            continue;
        }
        for file in std::fs::read_dir(folder.path())? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == UNFINISHED) {
                std::fs::remove_file(path)?;
                removed += 1;
            }
        }
    }
    Ok(removed)
}

fn gone(result: io::Result<()>) -> Result<(), MediaError> {
    match result {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(MediaError::Disk { action: "removed", source })
        }
        _ => Ok(()),
    }
}
