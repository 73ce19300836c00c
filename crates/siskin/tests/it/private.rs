//! What other users of the machine can see of a gateway's data: nothing.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;
use tempfile::TempDir;

use crate::processes::{Process, binary, run};
use crate::stage::{ANN, BEN};

/// A folder that was made beforehand, as for a volume or a service, with a log beside it.
struct Volume {
    around: TempDir,
}

impl Volume {
    fn new() -> Self {
        let around = tempfile::tempdir().unwrap();
        fs::create_dir(around.path().join("data")).unwrap();
        let volume = Self { around };
        set(&volume.data(), 0o755);
        volume
    }

    fn data(&self) -> PathBuf {
        self.around.path().join("data")
    }

    fn log(&self) -> PathBuf {
        self.around.path().join("log")
    }

    /// The gateway with a linked number, started by a service manager that hides nothing.
    fn start(&self) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", "umask 022; exec \"$0\" \"$@\""]).arg(binary());
        command.args(["sandbox", "--json", "--link", "--listen", "127.0.0.1:0"]);
        command.arg("--data-dir").arg(self.data());
        Process::of(command.stderr(File::create(self.log()).unwrap()))
    }

    /// Everything that a user may have rights to who is neither the owner nor root.
    fn open_to_others(&self) -> Vec<(PathBuf, u32)> {
        let everything = [vec![self.data()], walk(&self.data())].concat();
        let modes = everything.into_iter().map(|path| {
            // What SQLite keeps beside a database may go meanwhile.
            let mode = fs::metadata(&path).map_or(0, |about| about.permissions().mode());
            (path, mode & 0o777)
        });
        modes.filter(|(_, mode)| mode & 0o077 != 0).collect()
    }
}

fn set(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let within = |path: PathBuf| match path.is_dir() {
        true => [vec![path.clone()], walk(&path)].concat(),
        false => vec![path],
    };
    entries.flat_map(within).collect()
}

/// A file for the instance and a text for its journal.
async fn talk(gateway: &Process) {
    let (api, phones) = (gateway.api(), gateway.phones());
    api.until_state("authorized").await;
    let file = json!({
        "kind": "document", "chatId": format!("{ANN}@c.us"), "fileName": "a.txt", "data": "YQ==",
    });
    let (status, answer) = phones.post(&format!("phones/{BEN}/messages"), file).await;
    assert_eq!(status, 200, "{answer}");
    let look = async || {
        let told = api.next_notification().await.unwrap_or_default();
        let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str();
        url.map(str::to_owned).ok_or_else(|| anyhow::anyhow!("no file was told of: {told}"))
    };
    let url = siskin_testkit::eventually("a file", crate::stage::PATIENCE, look).await.unwrap();
    assert_eq!(api.download(&url).await.1, b"a");
}

#[tokio::test]
async fn nobody_else_can_read_a_folder_that_was_made_beforehand() {
    let volume = Volume::new();
    let gateway = volume.start();
    talk(&gateway).await;
    let made = walk(&volume.data());
    for name in ["siskin.db", "siskin.db-wal", "keys", "media", "running.json", "siskin.lock"] {
        assert!(made.contains(&volume.data().join(name)), "{name} is missing in {made:?}");
    }
    assert!(made.iter().filter(|path| path.starts_with(volume.data().join("keys"))).count() > 2);
    assert_eq!(volume.open_to_others(), []);
}

#[tokio::test]
async fn what_an_older_version_left_open_is_closed_and_said() {
    let volume = Volume::new();
    let mut gateway = volume.start();
    talk(&gateway).await;
    assert!(gateway.terminate().await);
    // As versions left it that went by the folder's rights alone.
    for path in [vec![volume.data()], walk(&volume.data())].concat() {
        set(&path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    assert!(volume.open_to_others().len() > 8);

    let mut gateway = volume.start();
    gateway.api().until_state("authorized").await;
    assert_eq!(volume.open_to_others(), []);
    let said = fs::read_to_string(volume.log()).unwrap();
    assert!(said.contains("other users of this machine had rights"), "{said}");

    set(&volume.data().join("keys"), 0o755);
    let (well, said) = run(&["doctor"], &volume.data());
    assert!(!well && said.contains("other users have rights to"), "{said}");
    assert!(gateway.terminate().await);
    let (_, said) = run(&["doctor"], &volume.data());
    assert!(said.contains("other users had rights to") && said.contains("keys"), "{said}");
    assert_eq!(volume.open_to_others(), []);
    let (_, said) = run(&["doctor"], &volume.data());
    assert!(said.contains("closed to other users"), "{said}");
}

#[tokio::test]
async fn a_folder_that_everybody_uses_is_refused_with_a_hint() {
    let volume = Volume::new();
    set(&volume.data(), 0o1777);
    let (well, said) = run(&["sandbox", "--json"], &volume.data());
    assert!(!well && said.contains("share") && said.contains("hint:"), "{said}");
}
