//! What the vendor answers where a call cannot be carried out, as far as several methods do. A
//! text of one method alone stands beside it.

/// The instance is between two states (specification, section 2.1).
pub const STARTING: &str = "instance in starting process try later";
/// The instance was deleted, also while a call waits (specification, section 2.1).
pub const DELETED: &str = "Instance is deleted";
/// The instance has no live connection, which the method needs.
pub const NOT_ONLINE: &str = "instance is starting or not authorized";
/// The instance is linked, and was to be.
pub const ALREADY_LINKED: &str = "instance account already authorized";
/// Keys of a link are stored that cannot be used, and have to be removed first.
pub const STALE_KEYS: &str = "Instance has auth. You need to make log out";
/// WhatsApp restricts the account.
pub const SUSPENDED: &str = "Your account is suspended";
/// The journal has no such message.
pub const UNKNOWN_MESSAGE: &str = "Message not found";
/// There is no such file, or it is gone.
pub const NO_FILE: &str = "file not found";
/// The body cannot be read.
pub const BAD_REQUEST: &str = "bad request data";
