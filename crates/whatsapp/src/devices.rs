//! The devices of persons. A message is encrypted for each of them by itself.

use siskin_fleet::port::SendError;
use siskin_model::ChatId;
use wacore_binary::Jid;
use whatsapp_rust::{Client, ErrorChainExt as _};

use crate::failure;
use crate::jid::jid_of;

/// The devices that WhatsApp lists of a person.
pub(crate) async fn listed(person: &ChatId, client: &Client) -> Result<Vec<Jid>, SendError> {
    let listed = client.signal().get_user_devices(&[jid_of(person)]).await;
    listed.map_err(|error| failure::of(&error, person))
}

/// Whether a person has a device that can be given a key to read what is written to them. Where
/// WhatsApp lists no device, it is the one that everybody has.
pub(crate) async fn can_read(person: &ChatId, client: &Client) -> Result<bool, SendError> {
    let signal = client.signal();
    let mut devices = listed(person, client).await?;
    if devices.is_empty() {
        devices.push(jid_of(person));
    }
    match signal.assert_sessions(&devices).await {
        // WhatsApp knows none of these devices any more.
        Err(error) if error.server_rejection().is_some_and(|it| is_unknown(it.code)) => {
            return Ok(false);
        }
        asserted => asserted.map_err(|error| failure::of(&error, person))?,
    }
    for device in &devices {
        let has_session = signal.validate_session(device).await;
        if has_session.map_err(|error| failure::of(&error, person))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The codes by which WhatsApp says that it does not know a device.
fn is_unknown(code: u16) -> bool {
    matches!(code, 404 | 406)
}
