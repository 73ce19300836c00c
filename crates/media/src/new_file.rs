use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use tokio::io::AsyncWriteExt as _;

use crate::MediaError;
use crate::disk::{UNFINISHED, blocking, sync_folder};

/// Tells files apart that are written for the same token at the same time.
static BEGUN: AtomicU64 = AtomicU64::new(0);

/// A file that is being written. Nobody sees it before [`NewFile::finish`]; dropped without,
/// it is removed.
#[derive(Debug)]
pub struct NewFile {
    temporary: PathBuf,
    place: PathBuf,
    file: tokio::fs::File,
    written: u64,
    largest: u64,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Growing,
    /// A write failed: what is there has a hole.
    Failed,
    Finished,
}

impl NewFile {
    pub(crate) async fn begin(place: PathBuf, largest: u64) -> Result<Self, MediaError> {
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let temporary = place.with_extension(format!("{number}.{UNFINISHED}"));
        let path = temporary.clone();
        let file = blocking("written", move || {
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path)
        })
        .await?;
        let file = tokio::fs::File::from_std(file);
        Ok(Self { temporary, place, file, written: 0, largest, state: State::Growing })
    }

    /// Where its bytes are until it is finished: for writers that want a path, and to look
    /// into it once it is [flushed](Self::flush).
    pub fn temporary_path(&self) -> &Path {
        &self.temporary
    }

    /// Adds bytes. After an error it takes no more.
    ///
    /// # Errors
    /// When it gets too large or the disk does not take them.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), MediaError> {
        self.refuse_after_failure()?;
        // Counts also if the caller stops waiting in the middle.
        self.state = State::Failed;
        self.written = self.written.saturating_add(bytes.len() as u64);
        if self.written > self.largest {
            return Err(MediaError::TooLarge { largest: self.largest });
        }
        self.file.write_all(&bytes).await.map_err(not_written)?;
        self.state = State::Growing;
        Ok(())
    }

    /// Waits until all bytes can be read at the [temporary path](Self::temporary_path).
    ///
    /// # Errors
    /// When the disk does not take them.
    pub async fn flush(&mut self) -> Result<(), MediaError> {
        self.refuse_after_failure()?;
        let flushed = self.file.flush().await;
        flushed.map_err(|source| {
            self.state = State::Failed;
            not_written(source)
        })
    }

    /// Puts the file in its place, durably; tells how many bytes it has.
    ///
    /// # Errors
    /// When it is too large, a write failed before, or the disk does not take it.
    pub async fn finish(mut self) -> Result<u64, MediaError> {
        self.flush().await?;
        let (temporary, place) = (self.temporary.clone(), self.place.clone());
        let largest = self.largest;
        let size = blocking("written", move || {
            // By its path: a writer that was given the path may have put another file there.
            let file = std::fs::File::open(&temporary)?;
            let size = file.metadata()?.len();
            if size <= largest {
                file.sync_all()?;
                std::fs::rename(&temporary, &place)?;
                place.parent().map_or(Ok(()), sync_folder)?;
            }
            Ok(size)
        })
        .await?;
        if size > largest {
            return Err(MediaError::TooLarge { largest });
        }
        self.state = State::Finished;
        Ok(size)
    }

    fn refuse_after_failure(&self) -> Result<(), MediaError> {
        match self.state {
            State::Failed if self.written > self.largest => {
                Err(MediaError::TooLarge { largest: self.largest })
            }
            State::Failed => Err(not_written(io::Error::other("an earlier write failed"))),
            State::Growing | State::Finished => Ok(()),
        }
    }
}

fn not_written(source: io::Error) -> MediaError {
    MediaError::Disk { action: "written", source }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.state != State::Finished {
            // Best effort: what is left is removed at the next start.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}
