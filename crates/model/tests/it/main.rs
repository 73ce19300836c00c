//! What outlives a version.
#![allow(missing_docs, clippy::unwrap_used)]

mod kept;
