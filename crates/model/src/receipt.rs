/// The handle of a notification in its instance's log: small numbers that count up
/// (specification, section 5.1).
pub type Receipt = i64;
