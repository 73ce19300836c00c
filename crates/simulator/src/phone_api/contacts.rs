//! `/sandbox/phones/{phone}/contacts`: the address book of a phone.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{delete, get};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_phone::{Contact, address_book};
use siskin_sim_server::error::{Refusal, RefusalKind};
use siskin_sim_server::{Directory, parse_phone_number};
use wacore_binary::Jid;

use super::json::Body;
use crate::simulator::Simulator;

type Answer = Result<Json<Value>, Refusal>;
type Network = State<Arc<Simulator>>;

/// Characters of a contact's name.
const MAX_NAME_LEN: usize = 100;

pub(super) fn routes() -> Router<Arc<Simulator>> {
    Router::new()
        .route("/sandbox/phones/{phone}/contacts", get(list).post(save))
        .route("/sandbox/phones/{phone}/contacts/{contact}", delete(remove))
}

/// `GET`: answers `[{chatId, name, firstName?}]`.
async fn list(State(network): Network, Path(phone): Path<String>) -> Answer {
    let contacts = address_book::contacts(&network.client(&phone)?).await;
    Ok(Json(contacts.iter().map(describe).collect()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Save {
    phone: Option<String>,
    chat_id: Option<String>,
    name: String,
    first_name: Option<String>,
}

/// `POST {phone|chatId, name, firstName?}`: writes a contact, which need not be on the
/// network. Answers it.
async fn save(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Save>,
) -> Answer {
    let client = network.client(&phone)?;
    let named = body.phone.or(body.chat_id).unwrap_or_default();
    let (jid, lid) = contact_jid(&client.server.directory, &named)?;
    if body.name.trim().is_empty() || body.name.chars().count() > MAX_NAME_LEN {
        return Err(Refusal::invalid(
            "The name is empty or too long.",
            format!("Give 1 to {MAX_NAME_LEN} characters."),
        ));
    }
    let contact = Contact { jid, name: body.name, first_name: body.first_name };
    let answer = describe(&contact);
    address_book::save(&client, contact, lid).await?;
    Ok(Json(answer))
}

/// `DELETE /sandbox/phones/{phone}/contacts/{phone|chatId}`: answers `{}`.
async fn remove(State(network): Network, Path((phone, contact)): Path<(String, String)>) -> Answer {
    let client = network.client(&phone)?;
    let (jid, _) = contact_jid(&client.server.directory, &contact)?;
    if address_book::remove(&client, &jid).await {
        return Ok(Json(json!({})));
    }
    Err(Refusal::new(
        RefusalKind::NotFound,
        format!("The phone has no contact {contact:?}."),
        "List its contacts with GET /sandbox/phones/{phone}/contacts.",
    ))
}

fn describe(contact: &Contact) -> Value {
    let server = if contact.jid.is_lid() { "lid" } else { "c.us" };
    let mut entry =
        json!({ "chatId": format!("{}@{server}", contact.jid.user), "name": contact.name });
    if let Some(first_name) = &contact.first_name {
        entry["firstName"] = first_name.as_str().into();
    }
    entry
}

/// The JID of a contact by number, `…@c.us` or `…@lid`, and its LID where the number is
/// an account's.
fn contact_jid(directory: &Directory, named: &str) -> Result<(Jid, Option<Jid>), Refusal> {
    if let Some(user) = named.strip_suffix("@lid") {
        return Ok((Jid::lid(user), None));
    }
    let number = named.strip_suffix("@c.us").unwrap_or(named);
    let number = parse_phone_number(number)?;
    let lid = directory.account(&number).map(|cell| Jid::lid(cell.lid.as_str()));
    Ok((Jid::pn(number), lid))
}
