//! The section "Receiving" of the reference.

pub(crate) mod delete_notification;
pub(crate) mod receive_notification;
