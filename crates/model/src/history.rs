use crate::{InstanceState, PhoneNumber, UnixMillis};

/// One change of state, as `getStateInstanceHistory` lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateRecord {
    /// The state that was reached.
    pub state: InstanceState,
    /// When.
    pub at: UnixMillis,
    /// The number that was bound at that moment.
    pub phone: Option<PhoneNumber>,
    /// Why, as the code of a [`crate::Reason`]; for people, not part of the vendor's answer.
    pub reason: Option<String>,
}
