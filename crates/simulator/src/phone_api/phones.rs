//! `/sandbox/phones`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_server::error::Refusal;

use super::json::Body;
use crate::phones::{NewPhone, Phone};
use crate::simulator::Simulator;

type Answer<T> = Result<Json<T>, Refusal>;
type Network = State<Arc<Simulator>>;

/// `GET /sandbox/phones`.
pub(super) async fn list(State(network): Network) -> Json<Vec<Phone>> {
    Json(network.phones().await)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Create {
    phone: Option<String>,
    name: Option<String>,
    #[serde(default)]
    business: bool,
    #[serde(default)]
    lid_only: bool,
    #[serde(default)]
    aliases: Vec<String>,
}

/// `POST /sandbox/phones` `{phone?, name?, business?, lidOnly?, aliases?}`: answers the new
/// phone.
pub(super) async fn create(State(network): Network, Body(body): Body<Create>) -> Answer<Phone> {
    let new = NewPhone {
        phone: body.phone,
        name: body.name,
        business: body.business,
        lid_only: body.lid_only,
        aliases: body.aliases,
    };
    Ok(Json(network.create_phone(new).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Scan {
    qr: String,
}

/// `POST /sandbox/phones/{phone}/scan` `{qr}`: answers `{jid}` of the linked device.
pub(super) async fn scan(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Scan>,
) -> Answer<Value> {
    let jid = network.scan(&phone, &body.qr).await?;
    Ok(Json(json!({ "jid": jid })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PairingCode {
    code: String,
}

/// `POST /sandbox/phones/{phone}/pairing-code` `{code}`: answers `{jid}` of the linked
/// device.
pub(super) async fn enter_code(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<PairingCode>,
) -> Answer<Value> {
    let jid = network.enter_pairing_code(&phone, &body.code).await?;
    Ok(Json(json!({ "jid": jid })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unlink {
    jid: Option<String>,
}

/// `POST /sandbox/phones/{phone}/unlink` `{jid?}`: answers `{unlinked}`, how many.
pub(super) async fn unlink(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Unlink>,
) -> Answer<Value> {
    let unlinked = network.unlink(&phone, body.jid.as_deref()).await?;
    Ok(Json(json!({ "unlinked": unlinked })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Online {
    online: bool,
}

/// `POST /sandbox/phones/{phone}/online` `{online}`: answers `{online}`.
pub(super) async fn set_online(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Online>,
) -> Answer<Value> {
    network.set_online(&phone, body.online).await?;
    Ok(Json(json!({ "online": body.online })))
}
