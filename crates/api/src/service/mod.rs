//! The section "Service" of the reference.

pub(crate) mod delete_message;
pub(crate) mod edit_message;
pub(crate) mod send_typing;
