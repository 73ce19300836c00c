use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};

use crate::client::Outbound;
use crate::error::OutboundError;

impl Outbound {
    /// Posts a notification and tells the status of the answer, whose body does not matter.
    ///
    /// # Errors
    /// When there is no answer within `patience`.
    pub async fn post_notification(
        &self,
        url: &str,
        credential: &str,
        receipt: i64,
        body: String,
        patience: Duration,
    ) -> Result<u16, OutboundError> {
        let url = self.checked(url)?;
        let mut request = self
            .client()
            .post(url)
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            // The same on every attempt: receivers can tell a repetition by it.
            .header("x-siskin-receipt", receipt)
            .timeout(patience)
            .body(body);
        if let Some(value) = authorization(credential) {
            let mut value = HeaderValue::from_str(&value).map_err(|_| OutboundError::Address)?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        Ok(request.send().await?.status().as_u16())
    }
}

/// The header that carries the webhook's credential: `Bearer` before it, unless it names
/// its own scheme (specification, section 5.2). `None`: there is no credential.
pub fn authorization(credential: &str) -> Option<String> {
    if credential.is_empty() {
        return None;
    }
    let has_scheme = credential.starts_with("Bearer ") || credential.starts_with("Basic ");
    Some(if has_scheme { credential.to_owned() } else { format!("Bearer {credential}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_credential_becomes_a_bearer_token() {
        for (credential, header) in [
            ("", None),
            ("abc", Some("Bearer abc")),
            ("Bearer abc", Some("Bearer abc")),
            ("Basic YTpi", Some("Basic YTpi")),
        ] {
            assert_eq!(authorization(credential).as_deref(), header);
        }
    }
}
