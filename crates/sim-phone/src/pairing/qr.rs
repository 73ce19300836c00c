//! Linking by QR: the server hands out refs, the client shows one with its keys, the phone
//! reads it off the screen.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use siskin_sim_server::error::Refusal;
use siskin_sim_server::pairing::{check_phone, expired};

use super::link::link;
use crate::client::Client;

/// A phone scans the text of a QR. Gives the JID of the new device.
///
/// # Errors
/// A phone that links nothing, a code that is stale, used or not one, too many linked devices.
pub async fn scan(client: &Client, qr: &str) -> Result<String, Refusal> {
    check_phone(&*client.account.lock().await)?;
    let code = QrCode::parse(qr)?;
    let registration = client.server.registrations.by_ref(&code.reference).ok_or_else(expired)?;
    if registration.noise_key[..] != code.noise_key || registration.keys.identity != code.identity {
        return Err(Refusal::conflict(
            "This code does not belong to the device that asked for it.",
            "Request a new QR and scan it unchanged.",
        ));
    }
    link(client, &registration, &code.adv_secret).await
}

/// What a QR says: `ref,noise key,identity key,ADV secret,client type`.
struct QrCode {
    reference: String,
    noise_key: Vec<u8>,
    identity: Vec<u8>,
    /// Authenticates the account's statement; only phone and device know it.
    adv_secret: Vec<u8>,
}

impl QrCode {
    /// Reads the text with or without a link in front, which ends at `#`.
    fn parse(text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        let code = text.rsplit_once('#').map_or(text, |(_, code)| code);
        Self::fields(code).ok_or_else(|| {
            Refusal::invalid(
                "This is not the text of a WhatsApp QR.",
                "Send what the QR holds, unchanged: it begins with 2@ or with a link to wa.me.",
            )
        })
    }

    fn fields(code: &str) -> Option<Self> {
        let mut fields = code.split(',');
        let reference = fields.next()?;
        let mut key = || {
            let bytes = BASE64_STANDARD.decode(fields.next()?).ok()?;
            (bytes.len() == 32).then_some(bytes)
        };
        Some(Self {
            noise_key: key()?,
            identity: key()?,
            adv_secret: key()?,
            reference: reference.starts_with("2@").then(|| reference.to_owned())?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn text() -> String {
        let key = |byte: u8| BASE64_STANDARD.encode([byte; 32]);
        format!("2@abc,{},{},{},1", key(1), key(2), key(3))
    }

    #[test]
    fn a_code_is_read_with_and_without_its_link() {
        for prefix in ["", "https://wa.me/settings/linked_devices#", " "] {
            let code = QrCode::parse(&format!("{prefix}{}", text())).unwrap();
            assert_eq!(code.reference, "2@abc");
            assert_eq!(code.noise_key, [1; 32]);
            assert_eq!(code.identity, [2; 32]);
            assert_eq!(code.adv_secret, [3; 32]);
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "2@abc", "hello", "2@abc,x,y,z", "https://example.com/#nothing"] {
            assert!(QrCode::parse(text).is_err(), "{text:?}");
        }
    }
}
