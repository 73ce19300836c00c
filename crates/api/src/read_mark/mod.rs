//! The section "Read mark" of the reference.

pub(crate) mod read_chat;
