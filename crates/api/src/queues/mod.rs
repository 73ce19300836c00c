//! The section "Queues" of the reference.

pub(crate) mod clear_webhooks_queue;
pub(crate) mod get_webhooks_count;
