use std::path::Path;

use bytes::Bytes;
use siskin_media::{MediaError, MediaFolder};
use siskin_model::{FileToken, InstanceId};

use crate::instance;

fn token(byte: u8) -> FileToken {
    FileToken::from_random([byte; FileToken::BYTES])
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

async fn keep(folder: &MediaFolder, token: &FileToken, bytes: &'static [u8]) {
    let mut file = folder.create(instance(), token, 1000).await.unwrap();
    file.write(Bytes::from_static(bytes)).await.unwrap();
    assert_eq!(file.finish().await.unwrap(), bytes.len() as u64);
}

#[tokio::test]
async fn a_file_is_there_when_it_is_finished_and_only_for_its_owner() {
    let root = siskin_testkit::temp_dir().unwrap();
    let folder = MediaFolder::new(root.path().join("media"));
    let path = folder.path(instance(), &token(1));
    let mut file = folder.create(instance(), &token(1), 10).await.unwrap();
    file.write(Bytes::from_static(b"01234")).await.unwrap();
    file.flush().await.unwrap();
    assert_eq!(std::fs::read(file.temporary_path()).unwrap(), b"01234");
    assert!(!path.exists());
    file.write(Bytes::from_static(b"56789")).await.unwrap();
    assert_eq!(file.finish().await.unwrap(), 10);
    assert_eq!(std::fs::read(&path).unwrap(), b"0123456789");
    assert_eq!(names(path.parent().unwrap()).len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    }
    folder.remove(instance(), &token(1)).await.unwrap();
    folder.remove(instance(), &token(1)).await.unwrap();
    assert!(!path.exists());
}

#[tokio::test]
async fn a_file_that_grew_too_large_is_never_finished() {
    let root = siskin_testkit::temp_dir().unwrap();
    let folder = MediaFolder::new(root.path().to_owned());
    let mut file = folder.create(instance(), &token(1), 4).await.unwrap();
    file.write(Bytes::from_static(b"0123")).await.unwrap();
    for bytes in [&b"4"[..], b""] {
        let refused = file.write(Bytes::from_static(bytes)).await;
        assert!(matches!(refused, Err(MediaError::TooLarge { largest: 4 })), "{refused:?}");
    }
    let refused = file.finish().await;
    assert!(matches!(refused, Err(MediaError::TooLarge { largest: 4 })), "{refused:?}");
    // Nor one that a writer with the path made too large.
    let file = folder.create(instance(), &token(1), 4).await.unwrap();
    std::fs::write(file.temporary_path(), b"01234").unwrap();
    let refused = file.finish().await;
    assert!(matches!(refused, Err(MediaError::TooLarge { largest: 4 })), "{refused:?}");
    let path = folder.path(instance(), &token(1));
    assert_eq!(names(path.parent().unwrap()), Vec::<String>::new());
}

#[tokio::test]
async fn two_may_write_the_same_file_at_the_same_time() {
    let root = siskin_testkit::temp_dir().unwrap();
    let folder = MediaFolder::new(root.path().to_owned());
    let mut one = folder.create(instance(), &token(1), 10).await.unwrap();
    let mut other = folder.create(instance(), &token(1), 10).await.unwrap();
    one.write(Bytes::from_static(b"one")).await.unwrap();
    other.write(Bytes::from_static(b"other")).await.unwrap();
    other.finish().await.unwrap();
    one.finish().await.unwrap();
    let path = folder.path(instance(), &token(1));
    assert_eq!(std::fs::read(&path).unwrap(), b"one");
    assert_eq!(names(path.parent().unwrap()).len(), 1);
}

#[tokio::test]
async fn what_a_crash_left_is_removed_and_nothing_else() {
    let root = siskin_testkit::temp_dir().unwrap();
    let folder = MediaFolder::new(root.path().join("media"));
    assert_eq!(folder.clean().await.unwrap(), 0);
    keep(&folder, &token(1), b"finished").await;
    let file = folder.create(instance(), &token(2), 10).await.unwrap();
    std::mem::forget(file);
    std::fs::write(root.path().join("media/note"), "of the operator").unwrap();
    assert_eq!(folder.clean().await.unwrap(), 1);
    let path = folder.path(instance(), &token(1));
    assert_eq!(names(path.parent().unwrap()), [token(1).expose()]);
    assert!(root.path().join("media/note").exists());
}

#[tokio::test]
async fn a_linked_file_outlives_its_original() {
    let root = siskin_testkit::temp_dir().unwrap();
    let folder = MediaFolder::new(root.path().to_owned());
    let other: InstanceId = "7103000002".parse().unwrap();
    keep(&folder, &token(1), b"finished").await;
    let original = folder.path(instance(), &token(1));
    folder.link(&original, other, &token(2)).await.unwrap();
    folder.remove_all(instance()).await.unwrap();
    folder.remove_all(instance()).await.unwrap();
    assert!(!original.exists());
    assert_eq!(std::fs::read(folder.path(other, &token(2))).unwrap(), b"finished");
    let missing = folder.link(&original, other, &token(3)).await;
    assert!(matches!(missing, Err(MediaError::Disk { .. })), "{missing:?}");
    assert!(!folder.path(other, &token(3)).exists());
}
