//! Texts that stand in place of what cannot be shown.

/// What stands in a text that could not be decrypted (specification, section 2.4).
pub const UNDECRYPTABLE: &str = "{{SWE001}}";
/// What stands in place of the address of a file that is too large to be fetched.
pub const FILE_TOO_LARGE: &str = "{{SWE002}}";
