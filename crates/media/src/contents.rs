//! Files that several messages bring are on the disk once. Each is a name (a hard link) in the
//! folder of its instance; one more folder names them by what they hold. So any of them can go
//! without the others, and which messages share one is written down nowhere else.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use siskin_model::{FileToken, InstanceId};

use crate::disk::{UNFINISHED, blocking, make_folders, sync_folder};
use crate::{MediaError, MediaFolder};

/// How much of a file is hashed at once, in bytes.
const BLOCK: usize = 256 * 1024;

/// What a message says about its file before it is fetched: what the file holds, and the secret
/// that opens it.
///
/// The hash alone would let whoever has heard of it get at somebody else's file.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ContentKey {
    sha256: [u8; 32],
    name: [u8; 32],
}

impl ContentKey {
    /// Of a file with that SHA-256, which `secret` opens.
    pub fn new(sha256: [u8; 32], secret: &[u8]) -> Self {
        let name = Sha256::new().chain_update(sha256).chain_update(secret).finalize();
        Self { sha256, name: name.into() }
    }
}

impl MediaFolder {
    /// Puts a file into its place that an earlier message with the same key has brought.
    /// `false`: there is none.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub async fn take_known(
        &self,
        key: &ContentKey,
        instance: InstanceId,
        token: &FileToken,
    ) -> Result<bool, MediaError> {
        let known = self.contents().join(hex::encode(key.name));
        let (root, folder, place) =
            (self.root().to_owned(), self.folder(instance), self.path(instance, token));
        let taken = blocking("written", move || {
            if !known.exists() {
                return Ok(false);
            }
            make_folders(&root, &folder)?;
            // No more links to it, or gone meanwhile: as if it were not known.
            if put_over(&known, &place).is_err() {
                return Ok(false);
            }
            sync_folder(&folder)?;
            Ok(true)
        });
        taken.await
    }

    /// Sees to it that a finished file is not on the disk a second time, and that whoever has
    /// its key finds it. `key` is what the message said: a lie is not believed. On a file system
    /// without hard links every file stays by itself.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn share(
        &self,
        key: Option<&ContentKey>,
        instance: InstanceId,
        token: &FileToken,
    ) -> Result<(), MediaError> {
        let (place, contents, key) = (self.path(instance, token), self.contents(), key.cloned());
        let root = self.root().to_owned();
        blocking("read", move || {
            let hash = sha256(&place)?;
            make_folders(&root, &contents)?;
            let known = contents.join(hex::encode(hash));
            if put_over(&known, &place).is_err() {
                link_anew(&place, &known);
            }
            if let Some(key) = key.filter(|key| key.sha256 == hash) {
                link_anew(&place, &contents.join(hex::encode(key.name)));
            }
            Ok(())
        })
        .await
    }

    /// Lets go of contents that no file has any more. Tells how many names were removed.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub async fn forget_unused(&self) -> Result<usize, MediaError> {
        let contents = self.contents();
        blocking("removed", move || forget_unused(&contents)).await
    }

    /// How many bytes there is room for on the disk.
    ///
    /// # Errors
    /// When the file system does not tell.
    pub async fn free_space(&self) -> Result<u64, MediaError> {
        let root = self.root().to_owned();
        blocking("written", move || {
            // The folder is made with the first file.
            let there = root.ancestors().find(|path| path.is_dir()).unwrap_or(&root);
            let about = rustix::fs::statvfs(there)?;
            Ok(about.f_bavail.saturating_mul(about.f_frsize))
        })
        .await
    }

    fn contents(&self) -> PathBuf {
        self.root().join("contents")
    }
}

/// Gives a file another name, which no longer leads to what it led to before.
fn put_over(file: &Path, name: &Path) -> io::Result<()> {
    let beside = name.with_extension(format!("link.{UNFINISHED}"));
    let _ = fs::remove_file(&beside);
    fs::hard_link(file, &beside)?;
    fs::rename(&beside, name)?;
    // Two names of one file are left as they are.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The same where a failure costs nothing but room on the disk: there are file systems without
/// hard links, and with a bound for them.
fn link_anew(file: &Path, name: &Path) {
    if let Err(error) = put_over(file, name) {
        tracing::debug!(%error, "a file is kept by itself");
    }
}

fn sha256(path: &Path) -> io::Result<[u8; 32]> {
    let mut file = BufReader::with_capacity(BLOCK, File::open(path)?);
    let mut hash = Sha256::new();
    loop {
        let block = file.fill_buf()?;
        let length = block.len();
        if length == 0 {
            return Ok(hash.finalize().into());
        }
        hash.update(block);
        file.consume(length);
    }
}

#[cfg(unix)]
fn forget_unused(contents: &Path) -> io::Result<usize> {
    use std::os::unix::fs::MetadataExt as _;
    let entries = match fs::read_dir(contents) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    // What has no other names than those in here.
    let mut names: HashMap<u64, (u64, Vec<PathBuf>)> = HashMap::new();
    for entry in entries {
        let entry = entry?;
        let about = entry.metadata()?;
        let (links, paths) = names.entry(about.ino()).or_default();
        *links = about.nlink();
        paths.push(entry.path());
    }
    let mut forgotten = 0;
    for (links, paths) in names.into_values() {
        if links > paths.len() as u64 {
            continue;
        }
        for path in paths {
            fs::remove_file(path)?;
            forgotten += 1;
        }
    }
    Ok(forgotten)
}

#[cfg(not(unix))]
fn forget_unused(_: &Path) -> io::Result<usize> {
    Ok(0)
}
