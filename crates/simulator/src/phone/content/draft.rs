//! A message as the phone API asks for it.

use serde::Deserialize;
use waproto::whatsapp as wa;

use crate::error::Refusal;

/// The content of a message that a phone is to send.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub(crate) enum Draft {
    Text { text: String },
}

impl Draft {
    pub(crate) fn message(self) -> Result<wa::Message, Refusal> {
        match self {
            Self::Text { text } => {
                Ok(wa::Message { conversation: Some(text), ..Default::default() })
            }
        }
    }
}
