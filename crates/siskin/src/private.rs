//! Keys and messages are for the user who runs the gateway, and for nobody else on the machine:
//! whatever the process makes, and whatever it finds in its folder.

use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rustix::fs::Mode;

/// The rights of the group and of all others.
const OTHERS: u32 = 0o077;
/// The sticky bit: of folders that everybody uses, such as the one for what is temporary.
const SHARED: u32 = 0o1000;
/// What is ours in a data folder, beside what begins with [`PREFIX`]: nothing else is touched.
const OURS: [&str; 5] = ["keys", FILES, "network", "whatsapp-version", "running.json"];
const PREFIX: &str = "siskin.";
/// The folder of messages' files. It was private from the first version on and may hold
/// hundreds of thousands: where it is private, nobody looks into it.
const FILES: &str = "media";
/// How many paths a text names.
const NAMED: usize = 3;

/// From now on other users can read nothing that this process makes, as long as nobody gives
/// them the right to.
pub fn begin() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Takes the rights of others away from a data folder and from everything of ours in it. Tells
/// what they had rights to.
///
/// # Errors
/// When it cannot be done, with a hint.
pub fn close(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let about = fs::metadata(folder).with_context(|| not_closed(folder))?;
    if about.permissions().mode() & SHARED != 0 {
        bail!(
            "the data folder {} is one that all users of this machine share\n  hint: choose a \
             folder of its own inside with --data-dir",
            folder.display()
        );
    }
    // The folder itself first: nobody can change what is in it from then on.
    let mut closed = Vec::new();
    if is_open(&about) {
        take_rights(folder, &about)?;
        closed.push(folder.to_owned());
    }
    for (path, about) in open_within(folder) {
        take_rights(&path, &about)?;
        closed.push(path);
    }
    Ok(closed)
}

/// What other users have rights to in a data folder, itself included.
pub fn open_to_others(folder: &Path) -> Vec<PathBuf> {
    let itself = fs::metadata(folder).is_ok_and(|about| is_open(&about));
    let itself = itself.then(|| folder.to_owned());
    itself.into_iter().chain(open_within(folder).into_iter().map(|(path, _)| path)).collect()
}

/// A list of paths for people.
pub fn named(paths: &[PathBuf]) -> String {
    let shown = paths.iter().take(NAMED).map(|path| path.display().to_string());
    let shown = shown.collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn open_within(folder: &Path) -> Vec<(PathBuf, Metadata)> {
    let mut open = Vec::new();
    for path in entries(folder) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        if name.is_some_and(|name| name.starts_with(PREFIX) || OURS.contains(&&*name)) {
            look(path, &mut open);
        }
    }
    open
}

/// What others have rights to, at a path and below. A link is not followed: what it leads to
/// may be anything.
fn look(path: PathBuf, open: &mut Vec<(PathBuf, Metadata)>) {
    let Ok(about) = fs::symlink_metadata(&path) else { return };
    let is_closed = !is_open(&about);
    let within = match about.is_dir() && !(is_closed && path.ends_with(FILES)) {
        true => entries(&path),
        false => Vec::new(),
    };
    if !about.is_symlink() && !is_closed {
        open.push((path, about));
    }
    for path in within {
        look(path, open);
    }
}

/// What is in a folder; nothing where this process may not look either.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.flatten().map(|entry| entry.path()).collect()
}

fn is_open(about: &Metadata) -> bool {
    about.permissions().mode() & OTHERS != 0
}

fn take_rights(path: &Path, about: &Metadata) -> anyhow::Result<()> {
    let private = Permissions::from_mode(about.permissions().mode() & !OTHERS);
    let taken = fs::set_permissions(path, private).and_then(|()| fs::metadata(path));
    let taken = match taken {
        // SQLite removes what it keeps beside a database when it likes.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        taken => taken.with_context(|| not_closed(path))?,
    };
    if is_open(&taken) {
        // Some file systems, such as those of Windows, keep no rights.
        bail!(not_closed(path));
    }
    Ok(())
}

fn not_closed(path: &Path) -> String {
    format!(
        "other users of this machine can get at {}, and that cannot be changed\n  hint: make \
         this user its owner (chown), or choose another folder with --data-dir, such as a new \
         one inside",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn put(path: &Path, mode: u32) {
        if path.extension().is_some() {
            fs::write(path, "x").unwrap();
        } else {
            fs::create_dir(path).unwrap();
        }
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn what_is_ours_is_closed_and_nothing_else_is_touched() {
        let around = tempfile::tempdir().unwrap();
        let folder = around.path().join("data");
        put(&folder, 0o755);
        for (name, mode) in [
            ("keys", 0o755),
            ("keys/1", 0o750),
            ("keys/1/a.db", 0o644),
            ("keys/1/a.db-wal", 0o666),
            ("siskin.db", 0o600),
            ("siskin.db-shm", 0o640),
            ("theirs", 0o755),
            ("theirs/notes.txt", 0o644),
        ] {
            put(&folder.join(name), mode);
        }
        let elsewhere = around.path().join("elsewhere.txt");
        put(&elsewhere, 0o644);
        std::os::unix::fs::symlink(&elsewhere, folder.join("siskin.link")).unwrap();

        let mut found = open_to_others(&folder);
        let mut closed = close(&folder).unwrap();
        found.sort();
        closed.sort();
        assert_eq!(found, closed);
        assert_eq!(closed.len(), 6, "{closed:?}");
        for (name, expected) in [
            ("keys", 0o700),
            ("keys/1", 0o700),
            ("keys/1/a.db", 0o600),
            ("keys/1/a.db-wal", 0o600),
            ("siskin.db", 0o600),
            ("siskin.db-shm", 0o600),
            ("theirs", 0o755),
            ("theirs/notes.txt", 0o644),
        ] {
            assert_eq!(mode(&folder.join(name)), expected, "{name}");
        }
        assert_eq!((mode(&folder), mode(&elsewhere)), (0o700, 0o644));
        assert_eq!(close(&folder).unwrap(), Vec::<PathBuf>::new());
    }

    #[test]
    fn a_folder_that_everybody_uses_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o1777)).unwrap();
        let refused = close(folder.path()).unwrap_err().to_string();
        assert!(refused.contains("share") && refused.contains("hint:"), "{refused}");
        assert_eq!(mode(folder.path()), 0o777);
    }

    #[test]
    fn a_long_list_is_cut_short() {
        let paths: Vec<PathBuf> = (1..=5).map(|number| format!("/{number}").into()).collect();
        assert_eq!(named(&paths), "/1, /2, /3 and 2 more");
        assert_eq!(named(&paths[..1]), "/1");
    }
}
