//! The section "Receiving" of the reference.

pub(crate) mod delete_notification;
pub(crate) mod download_file;
pub(crate) mod receive_notification;
