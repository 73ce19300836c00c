//! The section "Journals" of the reference.

mod call_rows;
pub(crate) mod get_chat_history;
pub(crate) mod get_message;
pub(crate) mod last_incoming_calls;
pub(crate) mod last_incoming_messages;
pub(crate) mod last_outgoing_calls;
pub(crate) mod last_outgoing_messages;
mod message_rows;
mod window;
