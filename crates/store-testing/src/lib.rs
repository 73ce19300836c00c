//! What the tests of stores, and of whatever needs one, are made of: a store in memory, which is
//! the oracle for all others, and the conformance suite that every store must pass.

pub mod conformance;
mod memory;

pub use memory::MemoryStore;
