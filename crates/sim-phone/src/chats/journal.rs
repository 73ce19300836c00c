//! Chats on disk: a line of JSON per message, written again when the message changes. The
//! last line about a message counts. When too many lines are out of date, the file is
//! written anew.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use siskin_sim_server::error::Error;
use siskin_sim_server::storage::{io_error, private_file};

use super::{Row, table::Table};

/// Lines that may be out of date, beside as many as there are messages.
const SLACK: usize = 20_000;

/// The file with the chats of one phone.
pub(crate) struct Journal {
    path: PathBuf,
    file: Option<File>,
    lines: usize,
}

impl Journal {
    pub(super) fn new(path: PathBuf) -> Self {
        Self::with_lines(path, 0)
    }

    pub(super) fn with_lines(path: PathBuf, lines: usize) -> Self {
        Self { path, file: None, lines }
    }

    /// Writes what changed.
    pub(super) fn write(&mut self, table: &mut Table) -> Result<(), Error> {
        if !table.has_unwritten() {
            return Ok(());
        }
        let outcome = match self.lines > 2 * table.len() + SLACK {
            true => self.rewrite(table),
            false => self.append(table),
        };
        outcome.map_err(|source| io_error(&self.path, source))?;
        table.forget_unwritten();
        Ok(())
    }

    fn append(&mut self, table: &Table) -> io::Result<()> {
        let mut bytes = Vec::new();
        for row in table.unwritten() {
            serde_json::to_writer(&mut bytes, row)?;
            bytes.push(b'\n');
            self.lines += 1;
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => open_at_end(&self.path)?,
        };
        file.write_all(&bytes)?;
        self.file = Some(file);
        Ok(())
    }

    fn rewrite(&mut self, table: &Table) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut bytes = Vec::new();
        for row in table.all() {
            serde_json::to_writer(&mut bytes, row)?;
            bytes.push(b'\n');
        }
        let mut file = private_file(&new)?;
        file.set_len(0)?;
        file.write_all(&bytes)?;
        fs::rename(&new, &self.path)?;
        self.lines = table.len();
        self.file = Some(file);
        Ok(())
    }
}

/// Opens a journal behind its last whole line: a process that was killed may have left
/// half of one.
fn open_at_end(path: &Path) -> io::Result<File> {
    let mut file = private_file(path)?;
    let whole = match fs::read(path)?.iter().rposition(|byte| *byte == b'\n') {
        Some(newline) => u64::try_from(newline).unwrap_or(u64::MAX - 1) + 1,
        None => 0,
    };
    file.set_len(whole)?;
    file.seek(SeekFrom::Start(whole))?;
    Ok(file)
}

/// Reads every line that is whole. Gives how many there are.
pub(super) fn read(path: &Path, mut restore: impl FnMut(Row)) -> Result<usize, Error> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(source) => return Err(io_error(path, source)),
    };
    let mut lines = 0;
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|source| io_error(path, source))?;
        // The last line may be cut off.
        if let Ok(row) = serde_json::from_str(&line) {
            restore(row);
        }
        lines += 1;
    }
    Ok(lines)
}
