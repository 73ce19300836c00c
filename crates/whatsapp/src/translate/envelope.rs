use siskin_model::{ChatId, MessageId};

/// What has to be known beside a message to read it.
#[derive(Clone, Copy)]
pub(crate) struct Envelope<'a> {
    /// The own account.
    pub own: Option<&'a ChatId>,
    /// The chat.
    pub chat: &'a ChatId,
    /// Who wrote the message.
    pub sender: &'a ChatId,
    /// Its id.
    pub id: &'a MessageId,
    /// Whether it was sent through the API: such a text is told as one with a link
    /// (specification, section 6).
    pub by_api: bool,
}
