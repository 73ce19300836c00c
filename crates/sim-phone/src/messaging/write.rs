//! Writing: what somebody typed into a phone becomes a message.

use serde::Deserialize;
use siskin_sim_server::error::Refusal;
use waproto::whatsapp as wa;

use super::{author, not_held};
use crate::chat::Chat;
use crate::client::Client;
use crate::content::{Context, Draft, Quoted, Target};
use crate::messages::{Addressing, Outgoing, send_direct, send_to_group};

/// What `POST /sandbox/phones/{phone}/messages` takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    chat_id: String,
    /// The message's id; a new one by default.
    id: Option<String>,
    /// By which of their names people are addressed.
    #[serde(default)]
    addressing: Addressing,
    quoted_id: Option<String>,
    #[serde(default)]
    mentions: Vec<String>,
    forwarded: Option<Forwarded>,
    expiration: Option<u32>,
    #[serde(default)]
    view_once: bool,
    #[serde(flatten)]
    draft: Draft,
}

/// Whether a message was forwarded, or how often.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(untagged)]
enum Forwarded {
    Whether(bool),
    Often(u32),
}

/// A phone sends what somebody typed into it. Gives the id of the message.
///
/// # Errors
/// When the phone is off the network, or cannot send that.
pub async fn send(client: &Client, request: Request) -> Result<String, Refusal> {
    client.account.lock().await.require_online()?;
    let chat = Chat::named(&client.server.directory, &request.chat_id)?;
    let by_lid = request.addressing == Addressing::Lid
        || chat.person.as_ref().is_some_and(|person| person.hides_number);
    let context = context(client, &chat, by_lid, &request)?;
    let target = request
        .draft
        .target()
        .map(|id| target(client, &chat, by_lid, id, &request.draft))
        .transpose()?;
    let message = request.draft.write(&client.server.media, target, context).await?;
    let Request { addressing, id, .. } = request;
    let outgoing = Outgoing { message, addressing, id, edit: None };
    match &chat.person {
        Some(person) => send_direct(client, person, outgoing).await,
        None => send_to_group(client, &chat.id, outgoing).await,
    }
}

fn context(
    client: &Client,
    chat: &Chat,
    by_lid: bool,
    request: &Request,
) -> Result<Context, Refusal> {
    let quoted = match &request.quoted_id {
        None => None,
        Some(id) => {
            let row = client.phone.chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
            let author = author(client, &row, by_lid);
            Some(Quoted { id: id.clone(), author, message: row.message })
        }
    };
    let mentions = request.mentions.iter().map(|mention| {
        let mentioned = Chat::named(&client.server.directory, mention)?;
        Ok(mentioned.jid(by_lid).to_string())
    });
    let forwarded = match request.forwarded {
        None | Some(Forwarded::Whether(false)) => None,
        Some(Forwarded::Whether(true)) => Some(1),
        Some(Forwarded::Often(score)) => Some(score),
    };
    Ok(Context {
        quoted,
        mentions: mentions.collect::<Result<_, Refusal>>()?,
        forwarded,
        expiration: request.expiration,
        view_once: request.view_once,
    })
}

/// The message that another one is to be about.
fn target(
    client: &Client,
    chat: &Chat,
    by_lid: bool,
    id: &str,
    draft: &Draft,
) -> Result<Target, Refusal> {
    let row = client.phone.chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
    if matches!(draft, Draft::Delete(_)) && !row.from_me && chat.person.is_some() {
        return Err(Refusal::invalid(
            "A phone can delete for everyone only what it sent itself.",
            "Take \"targetId\" from a message with \"fromMe\": true.",
        ));
    }
    let author = author(client, &row, by_lid);
    let in_group = chat.person.is_none();
    Ok(Target {
        key: wa::MessageKey {
            remote_jid: Some(chat.jid(by_lid).to_string()),
            from_me: Some(row.from_me),
            id: Some(row.id.clone()),
            participant: (in_group && !row.from_me).then(|| author.clone()),
        },
        from_me: row.from_me,
        message: row.message,
        author,
        sender: client.account.jid(by_lid, 0).to_string(),
    })
}
