//! What a phone tells its own linked devices: peer messages, end to end encrypted.

mod key_share;

use buffa::Message as _;
use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::devices;
use siskin_sim_server::error::Error;
use siskin_sim_server::keys::random_bytes;
use wacore_binary::Jid;
use wacore_binary::builder::NodeBuilder;
use waproto::whatsapp as wa;

pub(crate) use key_share::{share_again, share_app_state_key};

use crate::client::Client;
use crate::enc::enc;
use crate::keys::{address, failed, session_bundle};

/// Sends a message from the phone to one of its own devices. The device must have uploaded
/// its keys.
pub(crate) async fn tell(client: &Client, device: u16, message: &wa::Message) -> Result<(), Error> {
    let (account, phone) = (&client.account, &client.phone);
    let address = address(&account.phone, device);
    if !phone.lock().await.keys.has_session(&address) {
        let Some((keys, _)) = devices::hand_out_keys(account, device).await else {
            return Ok(());
        };
        let bundle = session_bundle(device, &keys)?;
        phone.lock().await.begin_session(&address, &bundle).await.map_err(failed)?;
    }
    let plain = message.encode_to_vec();
    let (kind, sealed) = phone.lock().await.encrypt(&address, &plain).await.map_err(failed)?;
    let id = u64::from_be_bytes(random_bytes());
    let stanza = NodeBuilder::new("message")
        .attr("from", Jid::pn(account.phone.as_str()))
        .attr("id", format!("3A{id:016X}"))
        .attr("type", "text")
        .attr("category", "peer")
        .attr("t", unix_seconds().to_string())
        .children([enc(kind, sealed).build()])
        .build();
    account.hand_over([(device, stanza)]).await;
    Ok(())
}
