//! The folder that holds everything: one kind of build, one version, one process.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tokio_util::task::AbortOnDropHandle;

use crate::private;

/// The layout of the folder that this version writes and reads.
const FORMAT: u32 = 1;

/// How often it is looked whether a full disk has room again.
const ROOM: Duration = Duration::from_secs(5);

/// The kind of build that made a folder: keys of the simulated network and of the real one
/// never meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// For WhatsApp.
    Real,
    /// For the simulated network.
    Sandbox,
}

/// The kind of this build.
pub const THIS_BUILD: Kind =
    if siskin_whatsapp::SIMULATOR_ONLY { Kind::Sandbox } else { Kind::Real };

/// What `siskin.json` says of its folder.
#[derive(Serialize, Deserialize)]
struct Label {
    format: u32,
    build: Kind,
}

/// How to reach the process that uses the folder; kept while it runs, for the subcommands
/// that talk to it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Running {
    /// The number of the process.
    pub pid: u32,
    /// Where its API is.
    pub api_url: String,
    /// The secret of its partner methods.
    pub partner_token: String,
}

/// The folder, held by this process until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    closed: Vec<PathBuf>,
    announcing: Option<AbortOnDropHandle<()>>,
    _lock: File,
}

/// Somebody else holds the folder.
#[derive(Debug, thiserror::Error)]
#[error(
    "the data folder {} is in use by another process{}\n  hint: stop that one first, or \
     choose another folder with --data-dir",
    path.display(),
    pid.map(|pid| format!(" ({pid})")).unwrap_or_default()
)]
pub struct InUse {
    path: PathBuf,
    pid: Option<u32>,
}

impl DataFolder {
    /// Takes the folder for this process, making it where there is none, and closes it to
    /// other users of the machine.
    ///
    /// # Errors
    /// When it cannot be written, is of a newer version or the other kind of build, or in
    /// use ([`InUse`]): nothing in it is touched then. When it cannot be closed.
    pub fn take(path: &Path) -> anyhow::Result<Self> {
        check_label(path)?;
        make_folder(path)?;
        let lock = open_lock(path)?;
        if lock.try_lock().is_err() {
            let pid = running(path).map(|running| running.pid);
            return Err(InUse { path: path.to_owned(), pid }.into());
        }
        let closed = private::close(path)?;
        if !closed.is_empty() {
            tracing::warn!(
                paths = private::named(&closed),
                "other users of this machine had rights to what is kept here; they have none now"
            );
        }
        let label = path.join("siskin.json");
        if !label.exists() {
            let text = serde_json::to_string(&Label { format: FORMAT, build: THIS_BUILD })?;
            write_private(&label, &format!("{text}\n")).with_context(|| unusable(path))?;
        }
        Ok(Self { path: path.to_owned(), closed, announcing: None, _lock: lock })
    }

    /// What other users had rights to before the folder was taken.
    pub fn closed(&self) -> &[PathBuf] {
        &self.closed
    }

    /// The gateway's database.
    pub fn database(&self) -> PathBuf {
        self.path.join("siskin.db")
    }

    /// The keys of the linked numbers.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// The files of messages.
    pub fn media(&self) -> PathBuf {
        self.path.join("media")
    }

    /// The version of WhatsApp's client that was last seen.
    pub fn whatsapp_version(&self) -> PathBuf {
        self.path.join("whatsapp-version")
    }

    /// The simulated network.
    pub fn network(&self) -> PathBuf {
        self.path.join("network")
    }

    /// Says how this process can be reached: now, or once a full disk has room for that.
    ///
    /// # Errors
    /// When the folder cannot be written for another reason.
    pub fn announce(&mut self, running: &Running) -> anyhow::Result<()> {
        let file = self.path.join("running.json");
        let text = serde_json::to_string(running)?;
        match write_private(&file, &text) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => {
                tracing::error!(
                    "the disk is full; until there is room, the commands that talk to this \
                     process do not find it"
                );
                let announcing = tokio::spawn(until_written(file, text));
                self.announcing = Some(AbortOnDropHandle::new(announcing));
                Ok(())
            }
            written => written.with_context(|| unusable(&self.path)),
        }
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        self.announcing = None;
        // Left over, it would only name a process that is gone.
        let _ = fs::remove_file(self.path.join("running.json"));
    }
}

/// How to reach the process that uses the folder, if there is one.
pub fn running(path: &Path) -> Option<Running> {
    let text = fs::read_to_string(path.join("running.json")).ok()?;
    serde_json::from_str(&text).ok()
}

fn check_label(path: &Path) -> anyhow::Result<()> {
    let label = path.join("siskin.json");
    let text = match fs::read_to_string(&label) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| unusable(path)),
    };
    // The format comes first: a newer label may have other members.
    let format = serde_json::from_str::<serde_json::Value>(&text)
        .ok()
        .and_then(|label| label.get("format")?.as_u64());
    match format {
        Some(format) if format > u64::from(FORMAT) => bail!(
            "the data folder {} was made by a newer version of Siskin (format {format}, this \
             version knows {FORMAT})\n  hint: update Siskin, or choose another folder with \
             --data-dir",
            path.display()
        ),
        None => bail!(
            "{} is not a file that Siskin wrote\n  hint: choose another folder with --data-dir",
            label.display()
        ),
        Some(_) => {}
    }
    let label: Label = serde_json::from_str(&text)
        .with_context(|| format!("{} cannot be understood", label.display()))?;
    if label.build != THIS_BUILD {
        let (folder, hint) = match label.build {
            Kind::Sandbox => ("a sandbox", "a build with the feature `sandbox`"),
            Kind::Real => ("the real network", "a build without the feature `sandbox`"),
        };
        bail!(
            "the data folder {} belongs to {folder} and this build does not\n  hint: use \
             {hint}, or choose another folder with --data-dir",
            path.display()
        );
    }
    Ok(())
}

fn make_folder(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(|| unusable(path))
}

fn open_lock(path: &Path) -> anyhow::Result<File> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true).mode(0o600);
    options.open(path.join("siskin.lock")).with_context(|| unusable(path))
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = File::options();
    options.create(true).truncate(true).write(true).mode(0o600);
    options.open(path)?.write_all(text.as_bytes())
}

async fn until_written(file: PathBuf, text: String) {
    while write_private(&file, &text).is_err() {
        tokio::time::sleep(ROOM).await;
    }
}

fn unusable(path: &Path) -> String {
    format!(
        "the data folder {} cannot be used\n  hint: give this user the right to read and write \
         it, make room where the disk is full, or choose another folder with --data-dir",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn refusal(path: &Path) -> String {
        DataFolder::take(path).unwrap_err().to_string()
    }

    #[test]
    fn a_second_process_is_refused_and_the_next_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataFolder::take(folder.path()).unwrap();
        let message = refusal(folder.path());
        assert!(message.contains("in use") && message.contains("hint:"), "{message}");
        drop(first);
        assert!(DataFolder::take(folder.path()).is_ok());
    }

    #[test]
    fn a_newer_folder_and_one_of_the_other_build_are_refused_untouched() {
        let other = match THIS_BUILD {
            Kind::Real => "sandbox",
            Kind::Sandbox => "real",
        };
        for (label, says) in [
            (r#"{"format":2,"something":"new"}"#.to_owned(), "newer version"),
            (format!(r#"{{"format":1,"build":"{other}"}}"#), "belongs to"),
            ("something else".to_owned(), "not a file that Siskin wrote"),
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::write(folder.path().join("siskin.json"), &label).unwrap();
            let message = refusal(folder.path());
            assert!(message.contains(says) && message.contains("hint:"), "{message}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_refused_with_a_hint() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let message = refusal(&file.path().join("inside"));
        assert!(message.contains("cannot be used") && message.contains("--data-dir"));
    }
}
