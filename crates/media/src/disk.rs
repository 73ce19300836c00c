//! Work on the machine's disk, which blocks.

use std::io;
use std::path::Path;

use crate::MediaError;

/// The extension of a file that is not finished. No finished one has any.
pub(crate) const UNFINISHED: &str = "part";

/// Runs work on the disk away from the threads that serve.
pub(crate) async fn blocking<T: Send + 'static>(
    action: &'static str,
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, MediaError> {
    let done = tokio::task::spawn_blocking(work).await.unwrap_or_else(|e| Err(e.into()));
    done.map_err(|source| MediaError::Disk { action, source })
}

/// Makes what is written in a folder survive a power cut: names are its content.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

/// Makes a folder that only this user can look into.
pub(crate) fn make_folders(root: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    sync_folder(root)
}
