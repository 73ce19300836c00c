//! Messages as a phone sends and receives them.
//!
//! `send` and `group_send` encrypt what it sends, `receive` and `group_receive` read what it gets,
//! `retry` helps those who could not read it, `filing` is how a message gets into its chats.

mod filing;
mod group_receive;
mod group_send;
mod receive;
mod retry;
mod send;

pub(crate) use group_receive::take as take_in_group;
pub use group_send::send_to_group;
pub(crate) use receive::{message as take, receipt as take_receipt, take_chatstate};
pub use send::{Addressing, Outgoing, send_direct};
