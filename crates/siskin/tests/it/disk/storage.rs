//! Where the data of one gateway is: a disk of some megabytes, or the machine's.

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

use crate::processes::{Process, binary, configured};

/// More than a gateway needs, so that it is full only when a test fills it; and its own, since
/// a folder that everybody may write to is refused.
const OPTIONS: &str = "size=64m,mode=0700";
/// Mounts the disk where only this process sees it, and becomes the process.
const MOUNT: &str = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && shift 2 && exec \"$@\"";

pub struct Disk {
    folder: TempDir,
    is_small: bool,
    /// Where the tests find it.
    seen: PathBuf,
}

impl Disk {
    /// A disk in memory that is there while the process is that is started on it.
    pub fn small() -> Self {
        Self { is_small: true, ..Self::of_machine() }
    }

    /// A folder on the machine's disk, where SQLite's locks are the same for all processes.
    pub fn of_machine() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("data");
        Self { folder, is_small: false, seen }
    }

    /// A folder that is not on the disk.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the binary with its data on the disk.
    ///
    /// # Panics
    /// Where the disk is a small one and the machine allows no mounts: what a full disk does is
    /// not found out otherwise.
    pub fn start(&mut self, arguments: &[&str]) -> Process {
        let point = self.beside("data");
        std::fs::create_dir(&point).unwrap();
        let log = File::create(self.log()).unwrap();
        if !self.is_small {
            let command = Command::new(binary());
            return Process::of(configured(command, arguments, &point).stderr(log));
        }
        let unshare = ["-m", "-rm"].into_iter().find(|how| self.can_mount(how));
        let unshare = unshare.expect(
            "a disk of its own cannot be mounted here; hint: run the tests as root, or allow \
             user namespaces (in a container: --cap-add SYS_ADMIN)",
        );
        let mut command = self.mounting(unshare, &point);
        command.arg(binary());
        let process = Process::of(configured(command, arguments, &point).stderr(log));
        let root = PathBuf::from(format!("/proc/{}/root", process.pid()));
        self.seen = root.join(point.strip_prefix("/").unwrap());
        process
    }

    fn can_mount(&self, unshare: &str) -> bool {
        let tried = self.mounting(unshare, &self.beside("data")).arg("true").output();
        tried.is_ok_and(|tried| tried.status.success())
    }

    fn mounting(&self, unshare: &str, point: &std::path::Path) -> Command {
        let mut command = Command::new("unshare");
        command.args([unshare, "sh", "-c", MOUNT, "sh", OPTIONS]).arg(point);
        command
    }

    fn log(&self) -> PathBuf {
        self.beside("log")
    }

    /// What the process has logged, line by line.
    pub fn logged(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.log()).unwrap();
        log.lines().map(ToOwned::to_owned).collect()
    }

    /// A file on the disk.
    pub fn file(&self, name: &str) -> PathBuf {
        self.seen.join(name)
    }

    /// Fills the disk to the last byte.
    pub fn fill(&self) {
        let mut file = File::create(self.file("filler")).unwrap();
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![1; size]).is_ok() {}
        }
    }

    /// Makes room again.
    pub fn make_room(&self) {
        std::fs::remove_file(self.file("filler")).unwrap();
    }
}
