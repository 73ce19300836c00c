//! What the tests of stores, and of whatever needs one, are made of: a store in memory, which is
//! the oracle for all others, the conformance suite that every store must pass, and a clock.

mod clock;
pub mod conformance;
mod memory;

pub use clock::TestClock;
pub use memory::MemoryStore;
