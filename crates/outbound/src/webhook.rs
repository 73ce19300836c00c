use std::time::Duration;

use bytes::Bytes;
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

/// One notification on its way to an address.
#[derive(Clone)]
pub struct Webhook {
    /// Where to.
    pub url: String,
    /// The instance's `webhookUrlToken`; empty: none.
    pub credential: String,
    /// The notification's place in the log of its instance.
    pub receipt: i64,
    /// The notification, as JSON.
    pub body: Bytes,
}

impl std::fmt::Debug for Webhook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Webhook").field("receipt", &self.receipt).finish_non_exhaustive()
    }
}

impl Outbound {
    /// POSTs a notification and returns the status of the answer.
    ///
    /// # Errors
    /// When there is no answer within `timeout`; see [`OutboundError`].
    pub async fn post_webhook(
        &self,
        webhook: &Webhook,
        timeout: Duration,
    ) -> Result<u16, OutboundError> {
        let (client, url) = self.client_for(&webhook.url)?;
        let headers = headers(webhook)?;
        let request = client.post(url.clone()).headers(headers).body(webhook.body.clone());
        let answer = match tokio::time::timeout(timeout, request.send()).await {
            Ok(sent) => sent.map_err(|error| OutboundError::failed(&url, error))?,
            Err(_) => return Err(OutboundError::silent(&url, timeout)),
        };
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

fn headers(webhook: &Webhook) -> Result<HeaderMap, OutboundError> {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(RECEIPT, HeaderValue::from(webhook.receipt));
    if let Some(authorization) = authorization(&webhook.credential) {
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
