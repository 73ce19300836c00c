//! A device asks its phone to upload a file again that the hosts have lost. The phone looks
//! for the message, uploads its copy, and names the new path, encrypted with the file's key.

use buffa::Message as _;
use siskin_sim_server::clock::unix_seconds;
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::media::MediaRetryAnswer;
use siskin_sim_server::node::{NodeExt as _, leaf};
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::crypto::{aes_256_gcm_decrypt, aes_256_gcm_encrypt};
use waproto::whatsapp as wa;
use waproto::whatsapp::media_retry_notification::ResultType;

use crate::client::Client;
use crate::media::MediaRef;

/// What the key of requests and answers is derived for.
const PURPOSE: &[u8] = b"WhatsApp Media Retry Notification";
const IV_LEN: usize = 12;

/// Why a phone has no path to name, as the answer says it.
#[derive(Clone, Copy)]
enum Failed {
    General = 1,
    NotFound = 2,
    Decryption = 3,
}

/// Answers a `server-error` receipt of a linked device. A phone that is off the network
/// answers nothing.
pub(crate) async fn upload_again(client: &Client, device: u16, receipt: &Node) {
    let Client { server, account, .. } = client;
    let Some(about) = receipt.get_optional_child("rmr") else {
        return server.counters.unknown("receipt server-error (without <rmr>)");
    };
    let id = receipt.text("id");
    if !account.lock().await.online {
        return;
    }
    let outcome = match server.media.faults.retry() {
        MediaRetryAnswer::Silent => return,
        MediaRetryAnswer::NotFound => Err(Failed::NotFound),
        MediaRetryAnswer::GeneralError => Err(Failed::General),
        MediaRetryAnswer::Upload => new_path(client, about, &id, receipt),
    };
    let content = outcome.unwrap_or_else(|failed| {
        NodeBuilder::new("error").attr("code", (failed as u8).to_string()).build()
    });
    let notification = NodeBuilder::new("notification")
        .attr("from", account.jid(false, 0))
        .attr("type", "mediaretry")
        .attr("id", id.as_ref())
        .attr("t", unix_seconds().to_string())
        .children([about.clone(), content])
        .build();
    account.hand_over([(device, notification)]).await;
}

/// `<encrypt>` with the new path.
fn new_path(client: &Client, about: &Node, id: &str, receipt: &Node) -> Result<Node, Failed> {
    let file = held(client, about.jid("jid"), id).ok_or(Failed::NotFound)?;
    let mut key = [0; 32];
    wacore::crypto::hkdf_sha256_into(&file.media_key, None, PURPOSE, &mut key)
        .map_err(|_| Failed::General)?;
    check(&key, id, receipt)?;
    let path = client.server.media.restore(&file.token()).ok_or(Failed::NotFound)?;
    let notification = wa::MediaRetryNotification {
        stanza_id: Some(id.to_owned()),
        direct_path: Some(path),
        result: Some(ResultType::SUCCESS),
        ..Default::default()
    };
    let iv: [u8; IV_LEN] = random_bytes();
    let mut sealed = Vec::new();
    let plain = notification.encode_to_vec();
    aes_256_gcm_encrypt(&key, &iv, id.as_bytes(), &plain, &mut sealed)
        .map_err(|_| Failed::General)?;
    let parts = [leaf("enc_p", sealed), leaf("enc_iv", iv)];
    Ok(NodeBuilder::new("encrypt").children(parts).build())
}

/// The file of a message that the phone holds.
fn held(client: &Client, chat: Option<Jid>, id: &str) -> Option<MediaRef> {
    let chat_id = client.server.directory.chat_id(&chat?)?;
    let row = client.phone.chats.find(&chat_id, id)?;
    MediaRef::of(&wa::Message::decode_from_slice(&row.message).ok()?)
}

/// Whether the request was made with the file's key. Some clients leave it out.
fn check(key: &[u8; 32], id: &str, receipt: &Node) -> Result<(), Failed> {
    let Some(encrypt) = receipt.get_optional_child("encrypt") else {
        return Ok(());
    };
    let iv = encrypt.child_content("enc_iv").try_into().map_err(|_| Failed::Decryption)?;
    let mut plain = Vec::new();
    aes_256_gcm_decrypt(key, iv, id.as_bytes(), encrypt.child_content("enc_p"), &mut plain)
        .map_err(|_| Failed::Decryption)?;
    let named = wa::ServerErrorReceipt::decode_from_slice(&plain).ok();
    let named = named.and_then(|receipt| receipt.stanza_id);
    if named.as_deref() == Some(id) { Ok(()) } else { Err(Failed::Decryption) }
}
