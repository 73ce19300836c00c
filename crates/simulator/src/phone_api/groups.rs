//! `/sandbox/phones/{phone}/groups`: group life from a phone's side.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_sim_phone::Client;
use siskin_sim_phone::chat::Chat;
use siskin_sim_phone::messages::Addressing;
use siskin_sim_server::error::Refusal;
use siskin_sim_server::groups::{Change, Group, GroupError, MemberChange, NewGroup};
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::{Directory, Server};
use wacore_binary::Jid;

use super::json::Body;
use crate::simulator::Simulator;

type Answer = Result<Json<Value>, Refusal>;
type Network = State<Arc<Simulator>>;
type Named = Path<(String, String)>;

pub(super) fn routes() -> Router<Arc<Simulator>> {
    let group = "/sandbox/phones/{phone}/groups/{chatId}";
    let route = |call: &str| format!("{group}/{call}");
    Router::new()
        .route("/sandbox/phones/{phone}/groups", get(list).post(create))
        .route("/sandbox/phones/{phone}/groups/join", post(join))
        .route(group, get(show))
        .route(&route("participants"), post(change_members))
        .route(&route("leave"), post(leave))
        .route(&route("subject"), post(set_subject))
        .route(&route("description"), post(set_description))
        .route(&route("announce"), post(set_announce))
        .route(&route("locked"), post(set_locked))
        .route(&route("ephemeral"), post(set_ephemeral))
        .route(&route("invite"), get(invite).post(new_invite))
}

/// `GET`: the groups that the phone is in.
async fn list(State(network): Network, Path(phone): Path<String>) -> Answer {
    let Client { server, account, .. } = network.client(&phone)?;
    let groups = server.groups.of(&account.phone);
    Ok(Json(groups.iter().map(|group| describe(&server.directory, group)).collect()))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Create {
    subject: String,
    #[serde(default)]
    participants: Vec<String>,
    /// `lid` or `pn`.
    #[serde(default)]
    addressing: Addressing,
    description: Option<String>,
    #[serde(default)]
    announce: bool,
    #[serde(default)]
    locked: bool,
    #[serde(default)]
    ephemeral: u32,
}

/// `POST {subject, participants, …}`: answers the group with its `chatId`.
async fn create(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Create>,
) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    let new = NewGroup {
        subject: body.subject,
        members: people(&server.directory, &body.participants)?,
        by_number: body.addressing == Addressing::Pn,
        announce: body.announce,
        locked: body.locked,
        ephemeral: body.ephemeral,
        admins_add: false,
        description: body.description.map(|text| (new_id(), text)),
    };
    let (group, _) = server.groups.create(&account, new).await?;
    Ok(Json(describe(&server.directory, &group)))
}

/// `GET /{chatId}`: one group.
async fn show(State(network): Network, Path((phone, chat)): Named) -> Answer {
    let Client { server, account, .. } = network.client(&phone)?;
    let group = server.groups.get(id(&chat)?).ok_or(GroupError::NotFound)?;
    group.role(&account.phone)?;
    Ok(Json(describe(&server.directory, &group)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(default)]
    add: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    promote: Vec<String>,
    #[serde(default)]
    demote: Vec<String>,
}

/// `POST /{chatId}/participants {add?, remove?, promote?, demote?}`: answers the group, and
/// in `refused` whoever was not changed, with a code.
async fn change_members(
    State(network): Network,
    Path((phone, chat)): Named,
    Body(body): Body<Members>,
) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    let changes = [
        (MemberChange::Add, body.add),
        (MemberChange::Remove, body.remove),
        (MemberChange::Promote, body.promote),
        (MemberChange::Demote, body.demote),
    ];
    let mut refused = Vec::new();
    for (change, named) in changes {
        if named.is_empty() {
            continue;
        }
        let change = Change::Members(change, people(&server.directory, &named)?);
        let (_, outcomes) = server.groups.change(&account, id(&chat)?, change).await?;
        refused.extend(outcomes.into_iter().filter_map(|outcome| {
            let error = outcome.error?;
            Some(json!({ "chatId": server.directory.chat_id(&outcome.jid), "error": error }))
        }));
    }
    let mut answer = current(&server, &chat)?;
    answer["refused"] = refused.into();
    Ok(Json(answer))
}

/// `POST /{chatId}/leave`.
async fn leave(State(network): Network, Path((phone, chat)): Named) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    server.groups.change(&account, id(&chat)?, Change::Leave).await?;
    Ok(Json(json!({})))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    subject: String,
}

/// `POST /{chatId}/subject {subject}`.
async fn set_subject(network: Network, path: Named, Body(body): Body<Subject>) -> Answer {
    set(network, path, Change::Subject(body.subject)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    description: Option<String>,
}

/// `POST /{chatId}/description {description}`; `null` takes it away.
async fn set_description(
    State(network): Network,
    Path((phone, chat)): Named,
    Body(body): Body<Text>,
) -> Answer {
    let group = network.server().groups.get(id(&chat)?).ok_or(GroupError::NotFound)?;
    let previous = group.description.map(|description| description.id);
    let change = Change::Description { id: new_id(), previous, text: body.description };
    set(State(network), Path((phone, chat)), change).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Announce {
    announce: bool,
}

/// `POST /{chatId}/announce {announce}`: whether only admins may write.
async fn set_announce(network: Network, path: Named, Body(body): Body<Announce>) -> Answer {
    set(network, path, Change::Announce(body.announce)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    locked: bool,
}

/// `POST /{chatId}/locked {locked}`: whether only admins may change the group.
async fn set_locked(network: Network, path: Named, Body(body): Body<Locked>) -> Answer {
    set(network, path, Change::Locked(body.locked)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ephemeral {
    expiration: u32,
}

/// `POST /{chatId}/ephemeral {expiration}`: seconds, or 0.
async fn set_ephemeral(network: Network, path: Named, Body(body): Body<Ephemeral>) -> Answer {
    set(network, path, Change::Ephemeral(body.expiration)).await
}

/// `GET /{chatId}/invite`: answers `{code, link}`.
async fn invite(State(network): Network, Path((phone, chat)): Named) -> Answer {
    let Client { server, account, .. } = network.client(&phone)?;
    let group = server.groups.get(id(&chat)?).ok_or(GroupError::NotFound)?;
    group.role(&account.phone)?;
    Ok(Json(invitation(&group)))
}

/// `POST /{chatId}/invite`: takes the invitation back; answers the new one.
async fn new_invite(State(network): Network, Path((phone, chat)): Named) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    let (group, _) = server.groups.change(&account, id(&chat)?, Change::NewInvite).await?;
    Ok(Json(invitation(&group)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Join {
    code: String,
}

/// `POST /join {code}`: follows an invitation, given as code or link.
async fn join(
    State(network): Network,
    Path(phone): Path<String>,
    Body(body): Body<Join>,
) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    let code = body.code.rsplit('/').next().unwrap_or_default();
    let group = server.groups.join(&account, code).await?;
    Ok(Json(describe(&server.directory, &group)))
}

async fn set(State(network): Network, Path((phone, chat)): Named, change: Change) -> Answer {
    let Client { server, account, .. } = acting(&network, &phone).await?;
    server.groups.change(&account, id(&chat)?, change).await?;
    Ok(Json(current(&server, &chat)?))
}

/// The phone, if it can do something now.
async fn acting(network: &Simulator, phone: &str) -> Result<Client, Refusal> {
    let client = network.client(phone)?;
    client.account.lock().await.require_online()?;
    Ok(client)
}

fn id(chat: &str) -> Result<&str, GroupError> {
    chat.strip_suffix("@g.us").ok_or(GroupError::NotFound)
}

fn people(directory: &Directory, named: &[String]) -> Result<Vec<Jid>, Refusal> {
    named.iter().map(|text| Ok(Chat::named(directory, text)?.jid(false))).collect()
}

fn new_id() -> String {
    format!("{:08X}", u32::from_be_bytes(random_bytes()))
}

fn current(server: &Server, chat: &str) -> Result<Value, GroupError> {
    let group = server.groups.get(id(chat)?).ok_or(GroupError::NotFound)?;
    Ok(describe(&server.directory, &group))
}

fn invitation(group: &Group) -> Value {
    let code = &group.invite;
    json!({ "code": code, "link": format!("https://chat.whatsapp.com/{code}") })
}

fn describe(directory: &Directory, group: &Group) -> Value {
    let members = group.members.iter().map(|(phone, role)| {
        let shown = directory.account(phone).map(|cell| cell.chat_id());
        json!({ "chatId": shown, "phone": phone, "role": role })
    });
    json!({
        "chatId": group.jid().to_string(),
        "subject": group.subject,
        "description": group.description.as_ref().map(|description| &description.text),
        "creator": group.creator,
        "creation": group.creation,
        "participants": members.collect::<Vec<_>>(),
        "addressing": if group.by_lid { "lid" } else { "pn" },
        "announce": group.announce,
        "locked": group.locked,
        "ephemeral": group.ephemeral,
    })
}
