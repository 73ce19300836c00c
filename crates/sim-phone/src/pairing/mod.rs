//! Linking a device to a phone, the phone's part: its owner scans a QR, or types a pairing code.
//!
//! With a code the device encrypts a key with the code it shows, the person types the code into
//! the phone, and each side proves to the other that it has it.

mod bundle;
mod code;
mod link;
mod qr;

pub use code::enter;
pub use qr::scan;
