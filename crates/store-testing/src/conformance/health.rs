//! How the store is.

use super::samples::{NOON, created, drain, notification};
use siskin_store::Store;

/// Whoever looks how the store is does no harm.
pub async fn a_probe_changes_nothing(store: &impl Store) {
    let id = created(store, "one").await.id;
    store.append(id, notification(1, NOON)).await.unwrap();
    store.probe_write().await.unwrap();
    assert_eq!(drain(store, id).await, [(1, notification(1, NOON))]);
}
