//! The phone vouches for a device, and has the server link it.

use siskin_sim_server::error::Refusal;
use siskin_sim_server::pairing::{self, Admission, Registration};

use crate::client::Client;
use crate::history_request::HistoryRequest;

/// Links the client that waits at `registration` to the account, with the secret that
/// phone and device share. Gives the JID of the new device.
pub(super) async fn link(
    client: &Client,
    registration: &Registration,
    adv_secret: &[u8],
) -> Result<String, Refusal> {
    let Client { server, account, phone } = client;
    let device = pairing::reserve_device(account, registration).await?;
    let history = HistoryRequest::from_registration(&registration.device_props);
    let (key_index, statement) = {
        let mut state = phone.lock().await;
        state.add_companion(device, history);
        state.identity.admit(&registration.keys.identity, adv_secret)?
    };
    let admission = Admission { device, key_index, statement };
    let linked = pairing::link(&server.registrations, account, registration, admission).await;
    if linked.is_err() {
        phone.lock().await.remove_companion(&account.phone, device, key_index);
    }
    linked
}
