use siskin_model::Content;
use waproto::whatsapp as wa;

use super::envelope::Envelope;

/// A kind of message.
pub(super) struct Kind {
    /// What a message says, if it is of this kind.
    pub(super) read: fn(&wa::Message, &Envelope<'_>) -> Option<Content>,
    /// Its place for what it answers and how often it was forwarded.
    pub(super) context: fn(&wa::Message) -> Option<&wa::ContextInfo>,
}
