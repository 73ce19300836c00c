use serde::Serialize;
use utoipa::ToSchema;

/// The length of a queue.
#[derive(Serialize, ToSchema)]
pub(super) struct Count {
    /// How many wait.
    pub count: u64,
}
