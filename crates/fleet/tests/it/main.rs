//! What a fleet does, with the engine's part played by the test.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod life;
mod messages;
