//! Where the data of one gateway is: a disk of some megabytes, or the machine's.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::processes::{Process, binary, configured};

/// More than a gateway needs, so that it is full only when a test fills it; and its own, since
/// a folder that everybody may write to is refused.
const OPTIONS: &str = "size=64m,mode=0700";
/// Mounts the disk where only this process sees it, and those that join it, and says so.
const MOUNT: &str = "mount -t tmpfs -o \"$1\" tmpfs \"$2\" && echo mounted && exec sleep infinity";
/// How a process gets mounts of its own, and how another one joins it: as root, or as root of a
/// namespace.
const WAYS: [(&str, &[&str]); 2] =
    [("-m", &["-m", "-r"]), ("-rm", &["-m", "-r", "-U", "--preserve-credentials"])];

pub struct Disk {
    folder: TempDir,
    mounted: Option<Mounted>,
    /// Where the tests find it.
    seen: PathBuf,
}

/// A disk in memory: it is there as long as the process that has mounted it.
struct Mounted {
    holder: Child,
    join: &'static [&'static str],
}

impl Mounted {
    /// `None`: this way, nothing can be mounted here.
    fn at(point: &Path, (unshare, join): (&str, &'static [&'static str])) -> Option<Self> {
        let mut command = Command::new("unshare");
        command.args([unshare, "sh", "-c", MOUNT, "sh", OPTIONS]).arg(point);
        let mut holder = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
        let mut line = String::new();
        BufReader::new(holder.stdout.as_mut()?).read_line(&mut line).ok()?;
        let mounted = Self { holder, join };
        (line == "mounted\n").then_some(mounted)
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

impl Disk {
    /// A disk in memory.
    ///
    /// # Panics
    /// Where the machine allows no mounts: what a full disk does is not found out otherwise.
    pub fn small() -> Self {
        let mut disk = Self::of_machine();
        let mounted = WAYS.into_iter().find_map(|way| Mounted::at(&disk.seen, way));
        let mounted = mounted.expect(
            "a disk of its own cannot be mounted here; hint: run the tests as root, or allow \
             user namespaces (in a container: --cap-add SYS_ADMIN)",
        );
        let root = PathBuf::from(format!("/proc/{}/root", mounted.holder.id()));
        disk.seen = root.join(disk.seen.strip_prefix("/").unwrap());
        disk.mounted = Some(mounted);
        disk
    }

    /// A folder on the machine's disk, where SQLite's locks are the same for all processes.
    pub fn of_machine() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seen = folder.path().join("data");
        std::fs::create_dir(&seen).unwrap();
        Self { folder, mounted: None, seen }
    }

    /// A folder that is not on the disk.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts the binary with its data on the disk.
    pub fn start(&self, arguments: &[&str]) -> Process {
        let log = File::options().create(true).append(true).open(self.log()).unwrap();
        let command = match &self.mounted {
            None => Command::new(binary()),
            Some(Mounted { holder, join }) => {
                let mut command = Command::new("nsenter");
                command.args(*join).args(["-t", &holder.id().to_string(), "--"]).arg(binary());
                command
            }
        };
        Process::of(configured(command, arguments, &self.beside("data")).stderr(log))
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
