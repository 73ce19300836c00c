//! A device asks its phone to upload a file again that the hosts have lost. The phone looks
//! for the message, uploads its copy, and names the new path, encrypted with the file's key.

use buffa::Message as _;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use wacore_libsignal::crypto::{aes_256_gcm_decrypt, aes_256_gcm_encrypt};
use waproto::whatsapp as wa;
use waproto::whatsapp::media_retry_notification::ResultType;

use super::{MediaRef, MediaRetryAnswer};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::connection::LinkedSession;
use crate::keys::random_bytes;
use crate::node::{NodeExt as _, leaf};
use crate::simulator::Simulator;

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
pub(crate) async fn answer(session: &LinkedSession, receipt: &Node) {
    let (sim, cell) = (&session.sim, &session.cell);
    let Some(about) = receipt.get_optional_child("rmr") else {
        return sim.counters().unknown("receipt server-error (without <rmr>)");
    };
    let id = receipt.text("id");
    let mut account = cell.lock().await;
    if !account.online {
        return;
    }
    let outcome = match sim.media().faults.retry() {
        MediaRetryAnswer::Silent => return,
        MediaRetryAnswer::NotFound => Err(Failed::NotFound),
        MediaRetryAnswer::GeneralError => Err(Failed::General),
        MediaRetryAnswer::Upload => upload_again(sim, cell, about, &id, receipt),
    };
    let content = outcome.unwrap_or_else(|failed| {
        NodeBuilder::new("error").attr("code", (failed as u8).to_string()).build()
    });
    let notification = NodeBuilder::new("notification")
        .attr("from", cell.jid(false, 0))
        .attr("type", "mediaretry")
        .attr("id", id.as_ref())
        .attr("t", unix_seconds().to_string())
        .children([about.clone(), content])
        .build();
    cell.deliver(&mut account, session.device, notification);
}

/// `<encrypt>` with the new path.
fn upload_again(
    sim: &Simulator,
    cell: &AccountCell,
    about: &Node,
    id: &str,
    receipt: &Node,
) -> Result<Node, Failed> {
    let file = held(sim, cell, about.jid("jid"), id).ok_or(Failed::NotFound)?;
    let mut key = [0; 32];
    wacore::crypto::hkdf_sha256_into(&file.media_key, None, PURPOSE, &mut key)
        .map_err(|_| Failed::General)?;
    check(&key, id, receipt)?;
    let path = sim.media().restore(&file.token()).ok_or(Failed::NotFound)?;
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
fn held(sim: &Simulator, cell: &AccountCell, chat: Option<Jid>, id: &str) -> Option<MediaRef> {
    let row = cell.chats.find(&sim.chat_id(&chat?)?, id)?;
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
