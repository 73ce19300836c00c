//! Messages of the journal that become a part of others: they are quoted, forwarded, edited.

use buffa::DecodeOptions;
use waproto::whatsapp as wa;

use super::document;

/// How deep such a message may be nested. Nobody, we included, reads a message that is nested
/// deeper than a hundred levels, and others are put around it: the answer, what it says to
/// the own devices, a history.
const DEEPEST: u32 = 80;

/// A message in WhatsApp's own form, as the journal has it, but for the name of its document:
/// that is one that may be passed on. `None`: the message is not known, or nested so deep that
/// nobody could read what it is put into.
pub(super) fn read(raw: &[u8]) -> Option<wa::Message> {
    let options = DecodeOptions::new().with_recursion_limit(DEEPEST);
    let mut message = options.decode_from_slice(raw).ok().filter(|_| !raw.is_empty())?;
    document::clean_name(&mut message);
    Some(message)
}
