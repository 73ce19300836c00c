//! Messages of an instance, with the engine's part played by the test.

mod receiving;
mod sending;
mod stage;
mod waiting;
