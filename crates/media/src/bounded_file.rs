use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom};
use std::time::Instant;

/// How much of a file is read at once, in bytes.
const BLOCK: usize = 64 * 1024;

/// A file for a parser that may go over it again and again: whatever is in it, the parser gets
/// only so many bytes in all, and only for a while. An error is the end of it.
pub(crate) struct BoundedFile {
    file: BufReader<File>,
    length: u64,
    position: u64,
    left: u64,
    until: Instant,
}

impl BoundedFile {
    /// Shows the first `length` bytes of a file as if it had no more.
    pub(crate) fn new(mut file: File, length: u64, most: u64, until: Instant) -> io::Result<Self> {
        file.rewind()?;
        let file = BufReader::with_capacity(BLOCK, file);
        Ok(Self { file, length, position: 0, left: most, until })
    }
}

impl Read for BoundedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let rest = self.length.saturating_sub(self.position);
        if rest == 0 || buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 || Instant::now() >= self.until {
            return Err(io::Error::other("it was looked at for long enough"));
        }
        let wanted = rest.min(self.left).min(buffer.len() as u64);
        let wanted = usize::try_from(wanted).unwrap_or(buffer.len());
        let found = self.file.fill_buf()?;
        let count = wanted.min(found.len());
        buffer[..count].copy_from_slice(&found[..count]);
        self.file.consume(count);
        self.position += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Seek for BoundedFile {
    /// Stays in what was read already where it can: parsers go back and forth all the time.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = match to {
            SeekFrom::Start(target) => Some(target),
            SeekFrom::End(by) => self.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
        };
        let outside = || io::Error::from(io::ErrorKind::InvalidInput);
        let target = target.ok_or_else(outside)?;
        let signed = |at: u64| i64::try_from(at).map_err(|_| outside());
        self.file.seek_relative(signed(target)? - signed(self.position)?)?;
        self.position = target;
        Ok(target)
    }

    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write as _;
    use std::time::Duration;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    fn soon() -> Instant {
        Instant::now() + Duration::from_secs(600)
    }

    #[test]
    fn it_is_the_file_up_to_its_length() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|number| number as u8).collect();
        let mut bounded = BoundedFile::new(file(&bytes), 150_000, u64::MAX, soon()).unwrap();
        let mut whole = Vec::new();
        bounded.read_to_end(&mut whole).unwrap();
        assert_eq!(whole, bytes[..150_000]);
        for (to, at) in [
            (SeekFrom::End(-5), 149_995),
            (SeekFrom::Current(-100_000), 49_995),
            (SeekFrom::Start(70_000), 70_000),
            (SeekFrom::Current(3), 70_003),
        ] {
            assert_eq!(bounded.seek(to).unwrap(), at as u64);
            let mut some = [0; 3];
            bounded.read_exact(&mut some).unwrap();
            assert_eq!(some, bytes[at..at + 3]);
            bounded.seek(SeekFrom::Current(-3)).unwrap();
        }
        assert!(bounded.seek(SeekFrom::Current(-80_000)).is_err());
        assert_eq!(bounded.seek(SeekFrom::Start(500_000)).unwrap(), 500_000);
        assert_eq!(bounded.read(&mut [0; 3]).unwrap(), 0);
    }

    #[test]
    fn it_ends_after_so_many_bytes_or_so_long() {
        let mut bounded = BoundedFile::new(file(&[7; 1000]), 1000, 10, soon()).unwrap();
        for _ in 0..10 {
            bounded.read_exact(&mut [0]).unwrap();
            bounded.rewind().unwrap();
        }
        assert!(bounded.read_exact(&mut [0]).is_err());
        let mut late = BoundedFile::new(file(&[7; 1000]), 1000, 10, Instant::now()).unwrap();
        assert!(late.read_exact(&mut [0]).is_err());
    }
}
