use std::time::Duration;

use reqwest::Response;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};

use crate::{Outbound, OutboundError};

/// What is read of an answer before its connection is given up: its text is of no interest,
/// but a connection that was read to the end can be used again.
const LARGEST_ANSWER: usize = 64 * 1024;
/// How long that may take; the delivery is decided by then.
const READ_ANSWER: Duration = Duration::from_secs(2);
/// The header by which a receiver knows a notification that it has seen before.
const RECEIPT: &str = "x-siskin-receipt";

impl Outbound {
    /// POSTs a notification and tells the status of the answer, whose text does not matter.
    ///
    /// # Errors
    /// When there is no answer within `patience`; see [`OutboundError`].
    pub async fn post_notification(
        &self,
        url: &str,
        credential: &str,
        receipt: i64,
        body: String,
        patience: Duration,
    ) -> Result<u16, OutboundError> {
        let (client, url) = self.client_for(url)?;
        let headers = headers(credential, receipt)?;
        let request = client.post(url.clone()).headers(headers).body(body);
        let sent = tokio::time::timeout(patience, request.send()).await;
        let answer = sent.map_err(|_| OutboundError::TimedOut)?;
        let answer = answer.map_err(|error| OutboundError::failed(&url, error))?;
        let status = answer.status().as_u16();
        let _ = tokio::time::timeout(READ_ANSWER, discard(answer)).await;
        Ok(status)
    }
}

async fn discard(mut answer: Response) {
    let mut read = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        read += chunk.len();
        if read > LARGEST_ANSWER {
            return;
        }
    }
}

fn headers(credential: &str, receipt: i64) -> Result<HeaderMap, OutboundError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(RECEIPT, HeaderValue::from(receipt));
    if let Some(authorization) = authorization(credential) {
        let mut value =
            HeaderValue::from_str(&authorization).map_err(|_| OutboundError::InvalidCredential)?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    Ok(headers)
}

/// The header for a `webhookUrlToken` (specification, section 5.2).
fn authorization(credential: &str) -> Option<String> {
    if credential.is_empty() {
        return None;
    }
    let has_scheme = ["Bearer ", "Basic "].iter().any(|scheme| credential.starts_with(scheme));
    Some(if has_scheme { credential.to_owned() } else { format!("Bearer {credential}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_credential_becomes_a_bearer() {
        for (credential, header) in [
            ("", None),
            ("secret", Some("Bearer secret")),
            ("Bearer secret", Some("Bearer secret")),
            ("Basic dXNlcjpwdw==", Some("Basic dXNlcjpwdw==")),
            ("bearer secret", Some("Bearer bearer secret")),
            ("Bearersecret", Some("Bearer Bearersecret")),
        ] {
            assert_eq!(authorization(credential).as_deref(), header, "{credential}");
        }
    }
}
