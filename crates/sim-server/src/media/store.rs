//! The files that the media hosts keep, in a folder: encrypted, named by their hash.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::http::StatusCode;
use parking_lot::Mutex;
use tempfile::{NamedTempFile, TempDir};

use super::permits::{FileName, Permits, is_token};
use super::{ExpireMedia, HOSTS, MediaFaults};
use crate::clock::unix_seconds;
use crate::error::Error;
use crate::noise::ServerIdentity;

/// Bytes of all files together; the oldest go first.
const MAX_TOTAL: u64 = 4 * 1024 * 1024 * 1024;
/// Bytes of one file: WhatsApp takes documents of 2 GB.
pub(super) const MAX_FILE: u64 = 2 * 1024 * 1024 * 1024;
/// Files, whatever their size; the oldest go first.
const MAX_FILES: usize = 100_000;
/// Uploads that broke off and can be resumed; the oldest go first.
const MAX_PARTS: usize = 64;
const FOLDER: &str = "media";
const PART: &str = "part";

/// The files of all media hosts together.
pub struct MediaStore {
    folder: PathBuf,
    /// The folder goes with the process when the network is kept in memory.
    _temporary: Option<TempDir>,
    pub(super) permits: Permits,
    /// What goes wrong with them on purpose.
    pub faults: MediaFaults,
    files: Mutex<Files>,
    /// One upload of a file at a time. Bounded by the connections that are open.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Default)]
struct Files {
    by_token: HashMap<String, Entry>,
    oldest_first: VecDeque<String>,
    total: u64,
    parts: VecDeque<String>,
}

struct Entry {
    length: u64,
    /// How often the hosts have lost the file. It is in the name of the file on disk.
    generation: u64,
    /// Whether it is lost now. The bytes stay, as the copy that the phones have.
    lost: bool,
    /// The answer to downloads by paths of an earlier generation.
    lost_status: StatusCode,
}

/// A file on disk.
pub(super) struct Stored {
    pub(super) path: PathBuf,
    pub(super) length: u64,
}

impl MediaStore {
    /// Opens the files in the data folder; without one, in a temporary folder.
    pub(crate) fn open(data_dir: Option<&Path>, server: &ServerIdentity) -> Result<Self, Error> {
        let (folder, temporary) = match data_dir {
            Some(data_dir) => (data_dir.join(FOLDER), None),
            None => {
                let made = tempfile::Builder::new().prefix("siskin-media-").tempdir();
                let temporary = made.map_err(|source| io_error(&std::env::temp_dir(), source))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let files = load(&folder).map_err(|source| io_error(&folder, source))?;
        Ok(Self {
            folder,
            _temporary: temporary,
            permits: Permits::new(server)?,
            faults: MediaFaults::default(),
            files: Mutex::new(files),
            turns: Mutex::default(),
        })
    }

    /// A new token for uploads.
    pub(crate) fn auth(&self) -> String {
        self.permits.auth(unix_seconds())
    }

    /// The URL and direct path of the file whose encrypted content has this hash, unless the
    /// hosts have lost it.
    pub(super) fn locate(&self, token: &str) -> Option<(String, String)> {
        let generation = {
            let files = self.files.lock();
            let entry = files.by_token.get(token).filter(|entry| !entry.lost)?;
            entry.generation
        };
        let file = FileName { generation, token: token.to_owned() };
        let path = self.permits.direct_path(&file, unix_seconds());
        let url = format!("https://{}{path}&mms3=true", HOSTS[0]);
        Some((url, format!("{}{path}", self.faults.prefix())))
    }

    /// The file that a path names, or the status that refuses it.
    pub(super) fn find(&self, name: &str, query: &str) -> Result<Stored, StatusCode> {
        let file = FileName::parse(name).ok_or(StatusCode::NOT_FOUND)?;
        if !self.permits.admits(&file, query, unix_seconds()) {
            return Err(StatusCode::FORBIDDEN);
        }
        let files = self.files.lock();
        let entry = files.by_token.get(&file.token).ok_or(StatusCode::NOT_FOUND)?;
        if entry.lost || entry.generation != file.generation {
            return Err(entry.lost_status);
        }
        Ok(Stored { path: self.path(&file), length: entry.length })
    }

    /// The file with this hash as whoever sent or fetched it still has it, even if the hosts
    /// have lost it.
    pub fn copy_of(&self, token: &str) -> Option<PathBuf> {
        let generation = self.files.lock().by_token.get(token)?.generation;
        Some(self.path(&FileName { generation, token: token.to_owned() }))
    }

    /// The hash of the file that a direct path or URL names.
    pub fn named_by(path: &str) -> Option<String> {
        let path = path.split('?').next().unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default();
        FileName::parse(name).map(|file| file.token)
    }

    /// Takes a whole file, as after an upload. It must lie in [`MediaStore::folder`]. Gives its
    /// URL and direct path.
    ///
    /// # Errors
    /// As the system has them; also when the hosts have no room for it.
    pub fn put(&self, token: &str, file: NamedTempFile) -> io::Result<(String, String)> {
        self.begin(token);
        file.persist(self.part(token).0).map_err(|error| error.error)?;
        self.finish(token)?;
        self.locate(token).ok_or_else(|| io::Error::from(io::ErrorKind::StorageFull))
    }

    /// A phone uploads its copy of a file that the hosts have lost. Gives the new direct
    /// path.
    pub fn restore(&self, token: &str) -> Option<String> {
        self.files.lock().by_token.get_mut(token)?.lost = false;
        self.locate(token).map(|(_, path)| path)
    }

    /// Has the hosts lose files. Gives how many.
    pub fn expire(&self, what: &ExpireMedia) -> usize {
        let status = what.status.and_then(|code| StatusCode::from_u16(code).ok());
        let status = status.unwrap_or(StatusCode::GONE);
        let named = what.path.as_deref().map(Self::named_by);
        let mut count = 0;
        let mut files = self.files.lock();
        for (token, entry) in &mut files.by_token {
            let chosen = named.as_ref().is_none_or(|named| named.as_ref() == Some(token));
            if chosen && !entry.lost && self.lose(token, entry).is_ok() {
                entry.lost_status = status;
                count += 1;
            }
        }
        count
    }

    fn lose(&self, token: &str, entry: &mut Entry) -> io::Result<()> {
        let name = |generation| FileName { generation, token: token.to_owned() };
        let next = entry.generation + 1;
        fs::rename(self.path(&name(entry.generation)), self.path(&name(next)))?;
        (entry.generation, entry.lost) = (next, true);
        Ok(())
    }

    /// Where an upload is written, and how many bytes of it are there.
    pub(super) fn part(&self, token: &str) -> (PathBuf, u64) {
        let path = self.part_path(token);
        let length = fs::metadata(&path).map_or(0, |found| found.len());
        (path, length)
    }

    /// Takes note that an upload has begun, so that it can be resumed. The oldest that was
    /// never finished is thrown away.
    pub(super) fn begin(&self, token: &str) {
        let mut files = self.files.lock();
        files.parts.retain(|part| part != token);
        files.parts.push_back(token.to_owned());
        if files.parts.len() > MAX_PARTS
            && let Some(oldest) = files.parts.pop_front()
        {
            remove(&self.part_path(&oldest));
        }
    }

    /// Takes a part that is whole.
    pub(super) fn finish(&self, token: &str) -> io::Result<()> {
        let (part, length) = self.part(token);
        let mut files = self.files.lock();
        files.parts.retain(|part| part != token);
        let generation = files.by_token.get(token).map_or(0, |entry| entry.generation);
        fs::rename(part, self.path(&FileName { generation, token: token.to_owned() }))?;
        files.add(token, length, generation);
        for file in files.trim() {
            remove(&self.path(&file));
        }
        Ok(())
    }

    /// Throws a part away.
    pub(super) fn discard(&self, token: &str) {
        self.files.lock().parts.retain(|part| part != token);
        remove(&self.part_path(token));
    }

    /// The turn of an upload among those of the same file.
    pub(super) fn turn(&self, token: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock();
        // Those that nobody holds or waits for are over.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(token.to_owned()).or_default().clone()
    }

    /// Where files are, for work on them.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, file: &FileName) -> PathBuf {
        self.folder.join(format!("{}.{:x}", file.token, file.generation))
    }

    fn part_path(&self, token: &str) -> PathBuf {
        self.folder.join(format!("{token}.{PART}"))
    }
}

impl Files {
    fn add(&mut self, token: &str, length: u64, generation: u64) {
        let entry = Entry { length, generation, lost: false, lost_status: StatusCode::GONE };
        if let Some(before) = self.by_token.insert(token.to_owned(), entry) {
            self.total -= before.length;
            self.oldest_first.retain(|other| other != token);
        }
        self.oldest_first.push_back(token.to_owned());
        self.total += length;
    }

    /// Forgets the oldest until the rest fits. Gives the files to be removed.
    fn trim(&mut self) -> Vec<FileName> {
        let mut removed = Vec::new();
        while self.total > MAX_TOTAL || self.by_token.len() > MAX_FILES {
            let Some(token) = self.oldest_first.pop_front() else {
                break;
            };
            if let Some(entry) = self.by_token.remove(&token) {
                self.total -= entry.length;
                removed.push(FileName { generation: entry.generation, token });
            }
        }
        removed
    }
}

/// The files of an earlier run, the oldest first. Parts are thrown away: their clients have
/// long begun anew.
fn load(folder: &Path) -> io::Result<Files> {
    fs::create_dir_all(folder)?;
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some((token, suffix)) = name.split_once('.').filter(|(token, _)| is_token(token))
        else {
            continue;
        };
        if suffix == PART {
            remove(&entry.path());
        } else if let Ok(generation) = u64::from_str_radix(suffix, 16) {
            let about = entry.metadata()?;
            found.push((about.modified()?, token.to_owned(), about.len(), generation));
        }
    }
    found.sort();
    let mut files = Files::default();
    for (_, token, length, generation) in found {
        files.add(&token, length, generation);
    }
    Ok(files)
}

/// A file that cannot be removed is only a waste of room.
fn remove(path: &Path) {
    if let Err(error) = fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "cannot remove a file");
    }
}

fn io_error(path: &Path, source: io::Error) -> Error {
    Error::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::permits::token;
    use super::*;

    fn store(folder: &Path, server: &ServerIdentity) -> MediaStore {
        MediaStore::open(Some(folder), server).unwrap()
    }

    fn put(store: &MediaStore, byte: u8) -> String {
        let token = token(&[byte; 32]);
        store.begin(&token);
        fs::write(store.part(&token).0, [byte; 10]).unwrap();
        store.finish(&token).unwrap();
        token
    }

    fn answer(store: &MediaStore, path: &str) -> u16 {
        let (path, query) = path.split_once('?').unwrap();
        let found = store.find(path.rsplit_once('/').unwrap().1, query);
        found.map_or_else(|status| status.as_u16(), |_| 200)
    }

    #[test]
    fn a_lost_file_is_served_again_under_another_path_even_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let server = ServerIdentity::generate().unwrap();
        let media = store(folder.path(), &server);
        let token = put(&media, 1);
        let before = media.locate(&token).unwrap().1;
        assert_eq!(answer(&media, &before), 200);

        let what = ExpireMedia { path: Some(before.clone()), status: Some(404) };
        assert_eq!(media.expire(&what), 1);
        assert_eq!(answer(&media, &before), 404);
        assert_eq!(media.locate(&token), None);

        let after = media.restore(&token).unwrap();
        let media = store(folder.path(), &server);
        assert_eq!(answer(&media, &after), 200);
        assert_eq!(answer(&media, &before), 410);
    }

    #[test]
    fn uploads_that_are_never_finished_are_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let media = store(folder.path(), &ServerIdentity::generate().unwrap());
        for byte in 0..=u8::try_from(MAX_PARTS).unwrap() {
            let token = token(&[byte; 32]);
            media.begin(&token);
            fs::write(media.part(&token).0, [byte]).unwrap();
        }
        assert_eq!(media.part(&token(&[0; 32])).1, 0);
        assert_eq!(media.part(&token(&[1; 32])).1, 1);
    }

    #[test]
    fn the_oldest_files_make_room() {
        let mut files = Files::default();
        files.add("a", MAX_TOTAL - 1, 3);
        files.add("b", 1, 0);
        assert_eq!(files.trim(), []);
        files.add("c", 1, 0);
        assert_eq!(files.trim(), [FileName { generation: 3, token: "a".to_owned() }]);
        assert_eq!((files.total, files.by_token.len()), (2, 2));
    }
}
