use siskin_fleet::port::EngineError;
use siskin_model::InstanceId;
use wacore::store::error::StoreError;

use super::fenced::{chain, is_of_disk};

/// The keys are none, or damaged.
pub(super) fn keys_error(
    instance: InstanceId,
    action: &'static str,
    why: &impl std::fmt::Display,
) -> EngineError {
    EngineError::Keys { instance, action, why: why.to_string() }
}

/// The disk failed.
pub(super) fn disk_error(
    instance: InstanceId,
    action: &'static str,
    why: &impl std::fmt::Display,
) -> EngineError {
    EngineError::Disk { instance, action, why: why.to_string() }
}

/// What a failure of the engine's store means: the disk, which may be well again later, or
/// keys that are no keys.
pub(super) fn store_error(
    instance: InstanceId,
    action: &'static str,
    error: &StoreError,
) -> EngineError {
    let why = chain(error);
    // SQLite's words for a file that is damaged, or is none of its own.
    let is_damaged = ["malformed", "not a database"].iter().any(|word| why.contains(word));
    if is_of_disk(error) && !is_damaged {
        disk_error(instance, action, &why)
    } else {
        keys_error(instance, action, &why)
    }
}
