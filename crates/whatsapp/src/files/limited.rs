use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

use siskin_model::StoredFile;
use wacore::download::DownloadWriter;

/// How much of a file is written at once, in bytes.
const BUFFER: usize = 64 * 1024;

/// A file that does not grow beyond a size, whatever the message promised.
pub(super) struct LimitedFile {
    /// The engine writes each of a cipher's blocks of 16 bytes by itself. When it is done, it
    /// goes back to the beginning, and what is buffered is written then.
    file: BufWriter<File>,
    left: u64,
}

impl LimitedFile {
    pub(super) fn new(file: File, most: u64) -> Self {
        Self { file: BufWriter::with_capacity(BUFFER, file), left: most }
    }
}

impl Write for LimitedFile {
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

impl Seek for LimitedFile {
    fn seek(&mut self, position: SeekFrom) -> io::Result<u64> {
        self.file.seek(position)
    }
}

impl DownloadWriter for LimitedFile {
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
    fn a_file_is_whole_once_its_beginning_is_sought() {
        let file = tempfile::tempfile().unwrap();
        let written = file.try_clone().unwrap();
        let mut limited = LimitedFile::new(file, 100);
        limited.write_all(&[1; 8]).unwrap();
        limited.truncate(0).unwrap();
        limited.rewind().unwrap();
        limited.write_all(&[2; 5]).unwrap();
        limited.rewind().unwrap();
        assert_eq!(written.metadata().unwrap().len(), 5);
    }
}
