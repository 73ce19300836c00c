//! Groups: who is in them, and what they are like.
//!
//! `group` is one group and how stanzas describe it, `registry` all of them, `create` and
//! `change` what can be done to one, `notify` how its members hear of it. What is written to
//! them is passed on by [`crate::routing`].

mod change;
mod create;
mod group;
mod notify;
mod registry;

pub use change::{Change, MemberChange, Outcome};
pub use create::NewGroup;
pub use group::{ADMIN_REVOKE, Description, Group, Role};
pub use registry::Groups;

use crate::error::{Error, Refusal, RefusalKind};

/// Why something was not done in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GroupError {
    /// There is no such group.
    NotFound,
    /// Whoever asks is not in it.
    NotMember,
    /// Only admins may do that.
    NotAdmin,
    /// The request makes no sense.
    Invalid,
    /// It was made for another state than the group has.
    Conflict,
    /// The invitation was taken back.
    Gone,
    /// The group has as many members as it can, or there are as many groups.
    Full,
    /// It could not be stored.
    Failed,
}

impl From<Error> for GroupError {
    fn from(error: Error) -> Self {
        tracing::error!(%error, "a group cannot be stored");
        Self::Failed
    }
}

impl From<GroupError> for Refusal {
    fn from(error: GroupError) -> Self {
        let (kind, error, hint) = match error {
            GroupError::NotFound => (
                RefusalKind::NotFound,
                "There is no such group.",
                "List the groups of a phone with GET /sandbox/phones/{phone}/groups.",
            ),
            GroupError::NotMember => {
                (RefusalKind::Conflict, "The phone is not in this group.", "Have an admin add it.")
            }
            GroupError::NotAdmin => (
                RefusalKind::Conflict,
                "Only admins of the group may do that.",
                "Use the phone of an admin, or have it promote this one.",
            ),
            GroupError::Invalid => (
                RefusalKind::Invalid,
                "The group cannot be changed like that.",
                "Give 1 to 100 characters of subject, and phones of this network.",
            ),
            GroupError::Conflict => (
                RefusalKind::Conflict,
                "The group was changed in the meantime.",
                "Look at it again.",
            ),
            GroupError::Gone => {
                (RefusalKind::NotFound, "The invitation holds no more.", "Ask for a new one.")
            }
            GroupError::Full => {
                (RefusalKind::Conflict, "The group is full.", "Remove somebody first.")
            }
            GroupError::Failed => {
                (RefusalKind::Internal, "The group was not stored.", "Look at the simulator's log.")
            }
        };
        Self::new(kind, error, hint)
    }
}
