//! New ids and secrets, from the system's own source of chance.

use siskin_model::{FileToken, MessageId, Token};

/// A new id for a message to be sent.
pub fn new_message_id() -> MessageId {
    MessageId::from_random(rand::random())
}

/// A new secret for a file's address.
pub fn new_file_token() -> FileToken {
    FileToken::from_random(rand::random())
}

/// A new secret for an instance.
pub(crate) fn new_token() -> Token {
    Token::from_random(rand::random())
}
