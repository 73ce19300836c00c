//! What becomes of a client after the handshake: registration, login or refusal, by its
//! payload and the static key it has proved to hold.

use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Node, SERVER_JID};
use waproto::whatsapp::ClientPayload;

use super::failure::Failure;
use super::{Session, unlinked};
use crate::account::{Account, AccountCell};
use crate::clock::unix_seconds;
use crate::node::leaf;
use crate::pairing::Registration;
use crate::server::Server;
use crate::session::LinkedSession;
use crate::transport::Outbox;

/// Opaque to clients; there is only one place to be routed to.
const ROUTING_INFO: &[u8] = b"siskin";

/// Decides who the client is and tells it.
pub(super) async fn admit(
    server: &Arc<Server>,
    outbox: Outbox,
    client_static: [u8; 32],
    payload: ClientPayload,
) -> Session {
    let admitted = if server.conditions.outdated_client() {
        Err(Failure::Outdated)
    } else if payload.device_pairing_data.is_set() {
        register(server, &outbox, client_static, &payload)
    } else {
        log_in(server, &outbox, client_static, &payload).await
    };
    admitted.unwrap_or_else(|failure| {
        tracing::debug!(connection = outbox.id(), ?failure, "refused a login");
        outbox.send(failure.stanza());
        outbox.close();
        Session::Refused
    })
}

fn register(
    server: &Arc<Server>,
    outbox: &Outbox,
    client_static: [u8; 32],
    payload: &ClientPayload,
) -> Result<Session, Failure> {
    let registration =
        Registration::new(outbox.clone(), client_static, payload).ok_or(Failure::Malformed)?;
    Ok(Session::Unlinked(unlinked::begin(server.clone(), registration)))
}

async fn log_in(
    server: &Arc<Server>,
    outbox: &Outbox,
    client_static: [u8; 32],
    payload: &ClientPayload,
) -> Result<Session, Failure> {
    let phone = payload.username.unwrap_or_default().to_string();
    let device =
        payload.device.and_then(|device| u16::try_from(device).ok()).ok_or(Failure::LoggedOut)?;
    let cell = server.directory.account(&phone).ok_or(Failure::LoggedOut)?;
    // Attached under the account's lock: an unlink comes either before, and is seen here,
    // or after, and finds the socket.
    let account = cell.lock().await;
    check(&account, device, &client_static)?;
    welcome(&cell, &account, device, outbox);
    drop(account);
    let (server, outbox) = (server.clone(), outbox.clone());
    Ok(Session::Linked(LinkedSession { server, cell, device, outbox }))
}

fn check(account: &Account, device: u16, client_static: &[u8; 32]) -> Result<(), Failure> {
    let known =
        account.devices.get(&device).is_some_and(|device| device.noise_key == client_static);
    match account.ban {
        _ if !known => Err(Failure::LoggedOut),
        Some(ban) => Err(Failure::Banned(ban)),
        None => Ok(()),
    }
}

fn welcome(cell: &AccountCell, account: &Account, device: u16, outbox: &Outbox) {
    if let Some(replaced) = cell.attach(device, outbox.clone()) {
        replaced.outbox.stream_error(None, Some("replaced"));
    }
    outbox.send(
        NodeBuilder::new("success")
            .attr("t", unix_seconds().to_string())
            .attr("props", "27")
            .attr("companion_enc_static", "")
            .attr("lid", account.device_lid(device))
            .attr("location", "sim")
            .build(),
    );
    outbox.send(edge_routing());
}

/// What the client shall send in front of its next handshake, to be routed back here.
fn edge_routing() -> Node {
    let info = leaf("routing_info", ROUTING_INFO);
    let routing = NodeBuilder::new("edge_routing").children([info]).build();
    NodeBuilder::new("ib").attr("from", SERVER_JID).children([routing]).build()
}
