use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::Instant;

use crate::OutboundError;
use crate::answer::header;

/// A file whose bytes are on the way. Dropping it ends the connection.
pub struct IncomingFile {
    answer: Response,
    content_type: Option<String>,
    size: Option<u64>,
    received: u64,
    largest: u64,
    silence: Duration,
    deadline: Instant,
}

impl IncomingFile {
    pub(crate) fn new(
        answer: Response,
        largest: u64,
        silence: Duration,
        deadline: Instant,
    ) -> Result<Self, OutboundError> {
        let size = answer.content_length();
        if size.is_some_and(|size| size > largest) {
            return Err(OutboundError::too_large(answer.url(), largest, size));
        }
        let content_type = header(&answer, "content-type");
        Ok(Self { answer, content_type, size, received: 0, largest, silence, deadline })
    }

    /// Its MIME type as the server gives it, with parameters.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// How many bytes the server promises.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The next bytes; `None` at the end.
    ///
    /// # Errors
    /// `TooLarge` when there are more than allowed, whatever was promised; `TimedOut` after
    /// 30 s without a byte, or when all of it takes more than ten minutes; `Unreachable` when
    /// the connection breaks or ends too early.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, OutboundError> {
        let until = self.deadline.min(Instant::now() + self.silence);
        let chunk = tokio::time::timeout_at(until, self.answer.chunk()).await;
        let chunk = chunk.map_err(|_| OutboundError::TimedOut)?;
        let chunk = chunk.map_err(|error| OutboundError::failed(self.answer.url(), error))?;
        self.received += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
        if self.received > self.largest {
            return Err(OutboundError::too_large(self.answer.url(), self.largest, None));
        }
        Ok(chunk)
    }
}

/// Without the answer, whose address may hold credentials.
impl fmt::Debug for IncomingFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("IncomingFile");
        fields.field("size", &self.size).field("received", &self.received).finish_non_exhaustive()
    }
}
