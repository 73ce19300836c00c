//! What is known of stored files.

use siskin_model::{FileState, MimeType, StoredFile};

use super::message_samples::{ann, ben, file, message_id};
use super::samples::{after_noon, created};
use siskin_store::Store;

/// Every field survives; tokens are each instance's own.
pub async fn a_file_comes_back_as_it_was_added(store: &impl Store) {
    let id = created(store, "first").await.id;
    let other = created(store, "second").await.id;
    let files = [
        file(1),
        StoredFile {
            name: "Vögel \"1\".pdf".into(),
            mime_type: MimeType::unknown(),
            state: FileState::Lost,
            message: Some((ann(), message_id(1))),
            expires: after_noon(-1),
            ..file(2)
        },
    ];
    for file in &files {
        store.add_file(id, file).await.unwrap();
        assert_eq!(store.file(id, &file.token).await.unwrap().as_ref(), Some(file));
        assert_eq!(store.file(other, &file.token).await.unwrap(), None);
    }
    let taken = StoredFile { name: "other".into(), ..file(1) };
    store.add_file(id, &taken).await.unwrap();
    assert_eq!(store.file(id, &taken.token).await.unwrap(), Some(file(1)), "the first one");
}

/// Of several, the one that was added last.
pub async fn a_file_is_found_by_its_message(store: &impl Store) {
    let id = created(store, "one").await.id;
    let of = |number, message| StoredFile { message: Some(message), ..file(number) };
    let found = async |chat, number| store.file_of(id, &chat, &message_id(number)).await.unwrap();
    for file in [of(2, (ann(), message_id(1))), of(1, (ann(), message_id(1))), file(3)] {
        store.add_file(id, &file).await.unwrap();
    }
    assert_eq!(found(ann(), 1).await, Some(of(1, (ann(), message_id(1)))));
    assert_eq!(found(ben(), 1).await, None);
    assert_eq!(found(ann(), 2).await, None);
    store.remove_file(id, &file(1).token).await.unwrap();
    assert_eq!(found(ann(), 1).await, Some(of(2, (ann(), message_id(1)))));
}

/// Oldest first; what was fetched, or cannot be, is not asked for again.
pub async fn files_are_pending_until_their_state_is_known(store: &impl Store) {
    let id = created(store, "one").await.id;
    for number in [3, 1, 2, 4] {
        store.add_file(id, &file(number)).await.unwrap();
    }
    let pending = async |count| store.pending_files(id, count).await.unwrap();
    assert_eq!(pending(10).await, [file(3), file(1), file(2), file(4)]);
    assert_eq!(pending(1).await, [file(3)]);
    let states = [(3, FileState::Stored), (2, FileState::Lost), (9, FileState::Pending)];
    for (number, state) in states {
        store.set_file_state(id, &file(number).token, state, after_noon(9)).await.unwrap();
    }
    assert_eq!(pending(10).await, [file(1), file(4)]);
    let stored = StoredFile { state: FileState::Stored, expires: after_noon(9), ..file(3) };
    assert_eq!(store.file(id, &stored.token).await.unwrap(), Some(stored));
    store.set_file_state(id, &file(3).token, FileState::Pending, after_noon(9)).await.unwrap();
    let again = StoredFile { expires: after_noon(9), ..file(3) };
    assert_eq!(pending(10).await, [again, file(1), file(4)], "to be fetched again");
}

/// Those whose time is over first; at its very end a file is gone.
pub async fn files_expire_in_every_instance(store: &impl Store) {
    let first = created(store, "first").await.id;
    let second = created(store, "second").await.id;
    let until = |number, millis| StoredFile { expires: after_noon(millis), ..file(number) };
    for (id, file) in [(first, until(1, 2)), (first, until(2, 3)), (second, until(3, 1))] {
        store.add_file(id, &file).await.unwrap();
    }
    let expired =
        async |millis, count| store.expired_files(after_noon(millis), count).await.unwrap();
    assert_eq!(expired(0, 10).await, []);
    assert_eq!(expired(2, 10).await, [(second, file(3).token), (first, file(1).token)]);
    assert_eq!(expired(9, 1).await, [(second, file(3).token)]);
    for _ in 0..2 {
        store.remove_file(second, &file(3).token).await.unwrap();
        assert_eq!(expired(2, 10).await, [(first, file(1).token)]);
    }
    store.remove_file(second, &file(1).token).await.unwrap();
    assert_eq!(expired(2, 10).await, [(first, file(1).token)], "another's is not removed");
}
