use std::time::Duration;

use reqwest::{RequestBuilder, Response};
use serde_json::Value;
use url::Url;

use crate::error::host;
use crate::{Outbound, OutboundError};

/// How long a call may take from the connection to the last byte; the gateway's own slowest
/// method, `qr`, stays under it.
const CALL: Duration = Duration::from_secs(90);

impl Outbound {
    /// The page at an address, if it answers 200 with text of at most `largest` bytes.
    ///
    /// # Errors
    /// See [`OutboundError`].
    pub async fn get_text(&self, url: &str, largest: usize) -> Result<String, OutboundError> {
        let (status, text) = self.call(url, None, "*/*", largest).await?;
        if status != 200 {
            let (_, url) = self.client_for(url)?;
            return Err(OutboundError::Status { host: host(&url), status });
        }
        Ok(text)
    }

    /// A call to an API: POST of the JSON if there is a body, GET otherwise. The status and
    /// the text of the answer, which may have at most `largest` bytes.
    ///
    /// # Errors
    /// See [`OutboundError`]; a status is none.
    pub async fn call(
        &self,
        url: &str,
        body: Option<&Value>,
        accept: &str,
        largest: usize,
    ) -> Result<(u16, String), OutboundError> {
        let (client, url) = self.client_for(url)?;
        let request = match body {
            Some(body) => client.post(url.clone()).json(body),
            None => client.get(url.clone()),
        };
        answered(request.header("Accept", accept), url, largest).await
    }

    /// A DELETE; otherwise as [`Self::call`].
    ///
    /// # Errors
    /// See [`OutboundError`]; a status is none.
    pub async fn delete(&self, url: &str, largest: usize) -> Result<(u16, String), OutboundError> {
        let (client, url) = self.client_for(url)?;
        answered(client.delete(url.clone()), url, largest).await
    }
}

async fn answered(
    request: RequestBuilder,
    url: Url,
    largest: usize,
) -> Result<(u16, String), OutboundError> {
    let answered = async {
        let failed = |error| OutboundError::failed(&url, error);
        let answer = request.send().await.map_err(failed)?;
        Ok((answer.status().as_u16(), read_text(answer, &url, largest).await?))
    };
    match tokio::time::timeout(CALL, answered).await {
        Ok(answered) => answered,
        Err(_) => Err(OutboundError::TimedOut),
    }
}

async fn read_text(
    mut answer: Response,
    url: &Url,
    largest: usize,
) -> Result<String, OutboundError> {
    let mut bytes = Vec::new();
    while let Some(chunk) =
        answer.chunk().await.map_err(|error| OutboundError::failed(url, error))?
    {
        if bytes.len() + chunk.len() > largest {
            return Err(OutboundError::too_large(url, largest as u64, None));
        }
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes).map_err(|_| OutboundError::NotText { host: host(url) })
}
