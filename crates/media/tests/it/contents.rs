//! Files that several messages bring.
#![cfg(unix)]

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use siskin_media::{ContentKey, MediaFolder};
use siskin_model::{FileToken, InstanceId};
use tempfile::TempDir;

use crate::instance;

/// The SHA-256 of nothing but the letter a.
const OF_A: [u8; 32] = [
    0xca, 0x97, 0x81, 0x12, 0xca, 0x1b, 0xbd, 0xca, 0xfa, 0xc2, 0x31, 0xb3, 0x9a, 0x23, 0xdc, 0x4d,
    0xa7, 0x86, 0xef, 0xf8, 0x14, 0x7c, 0x4e, 0x72, 0xb9, 0x80, 0x77, 0x85, 0xaf, 0xee, 0x48, 0xbb,
];

fn token(byte: u8) -> FileToken {
    FileToken::from_random([byte; FileToken::BYTES])
}

fn other() -> InstanceId {
    "7103000002".parse().unwrap()
}

struct Setting {
    root: TempDir,
    folder: MediaFolder,
}

impl Setting {
    fn new() -> Self {
        let root = siskin_testkit::temp_dir().unwrap();
        let folder = MediaFolder::new(root.path().join("media"));
        Self { root, folder }
    }

    /// A file comes whose message says `key` about it.
    async fn comes(&self, of: InstanceId, byte: u8, content: &'static [u8], key: &ContentKey) {
        let mut file = self.folder.create(of, &token(byte), 100).await.unwrap();
        file.write(content.into()).await.unwrap();
        file.finish().await.unwrap();
        self.folder.share(Some(key), of, &token(byte)).await.unwrap();
    }

    fn read(&self, of: InstanceId, byte: u8) -> Vec<u8> {
        std::fs::read(self.folder.path(of, &token(byte))).unwrap()
    }

    /// How many files there are on the disk, whatever their names.
    fn copies(&self) -> usize {
        fn walk(path: &Path, found: &mut std::collections::BTreeSet<u64>) {
            for entry in std::fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                match entry.metadata().unwrap() {
                    about if about.is_dir() => walk(&entry.path(), found),
                    about => drop(found.insert(about.ino())),
                }
            }
        }
        let mut found = std::collections::BTreeSet::new();
        walk(self.root.path(), &mut found);
        found.len()
    }
}

#[tokio::test]
async fn a_file_that_several_messages_bring_is_on_the_disk_once() {
    let setting = Setting::new();
    let key = ContentKey::new(OF_A, b"secret");
    assert!(!setting.folder.take_known(&key, instance(), &token(1)).await.unwrap());
    setting.comes(instance(), 1, b"a", &key).await;
    // Sent again as it was, to two numbers; and once encrypted anew.
    assert!(setting.folder.take_known(&key, instance(), &token(2)).await.unwrap());
    assert!(setting.folder.take_known(&key, other(), &token(2)).await.unwrap());
    setting.comes(other(), 3, b"a", &ContentKey::new(OF_A, b"another secret")).await;
    assert_eq!(setting.copies(), 1);
    for (of, byte) in [(instance(), 1), (instance(), 2), (other(), 2), (other(), 3)] {
        assert_eq!(setting.read(of, byte), b"a");
    }
    setting.comes(instance(), 4, b"b", &ContentKey::new([1; 32], b"secret")).await;
    assert_eq!(setting.copies(), 2);
}

#[tokio::test]
async fn one_of_them_goes_without_the_others_and_with_the_last_the_content() {
    let setting = Setting::new();
    let key = ContentKey::new(OF_A, b"secret");
    setting.comes(instance(), 1, b"a", &key).await;
    setting.folder.take_known(&key, other(), &token(2)).await.unwrap();
    setting.folder.remove(instance(), &token(1)).await.unwrap();
    setting.folder.remove_all(instance()).await.unwrap();
    assert_eq!(setting.folder.forget_unused().await.unwrap(), 0);
    assert_eq!(setting.read(other(), 2), b"a");
    setting.folder.remove(other(), &token(2)).await.unwrap();
    assert_eq!(setting.folder.forget_unused().await.unwrap(), 2);
    assert_eq!(setting.copies(), 0);
    assert!(!setting.folder.take_known(&key, instance(), &token(1)).await.unwrap());
}

#[tokio::test]
async fn neither_a_hash_alone_nor_a_lie_leads_to_a_file() {
    let setting = Setting::new();
    setting.comes(instance(), 1, b"a", &ContentKey::new(OF_A, b"secret")).await;
    // Somebody has heard of the hash.
    let guess = ContentKey::new(OF_A, b"guess");
    assert!(!setting.folder.take_known(&guess, other(), &token(2)).await.unwrap());
    // Somebody says that other bytes have it, for whoever gets the real file later.
    let lie = ContentKey::new(OF_A, b"known secret");
    setting.comes(other(), 3, b"b", &lie).await;
    assert!(!setting.folder.take_known(&lie, instance(), &token(4)).await.unwrap());
    assert_eq!(setting.read(other(), 3), b"b");
}

#[tokio::test]
async fn the_disk_says_how_much_room_it_has_before_there_is_a_file() {
    let setting = Setting::new();
    assert!(setting.folder.free_space().await.unwrap() > 0);
}
