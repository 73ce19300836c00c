//! The section "Queues" of the reference.

pub(crate) mod clear_messages_queue;
pub(crate) mod clear_webhooks_queue;
mod count;
pub(crate) mod get_messages_count;
pub(crate) mod get_webhooks_count;
pub(crate) mod show_messages_queue;
