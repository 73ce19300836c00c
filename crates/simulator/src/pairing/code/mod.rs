//! Linking by pairing code. The device encrypts a key with the code it shows, the person
//! types the code into the phone, and each side proves to the other that it has it.

mod bundle;
mod device;
mod phone;
mod shown;

pub(crate) use device::{companion_finish, companion_hello};
pub(crate) use phone::enter;
pub(crate) use shown::Codes;
