//! What people do with their phones' chats: write, read, play, begin to type.

mod receipts;
mod write;

use siskin_sim_server::error::{Refusal, RefusalKind};
use siskin_sim_server::routing::chatstate;
use wacore_binary::builder::NodeBuilder;

pub use write::{Request, send};

use crate::chat::Chat;
use crate::chats::{Direction, Row, Status};
use crate::client::Client;
use receipts::send_receipts;

/// The owner of a phone reads a chat, or the part of it up to a message. Gives the ids
/// of what was not read before.
///
/// # Errors
/// When the phone is off the network, or has no such chat or message.
pub async fn read(
    client: &Client,
    chat_id: &str,
    up_to: Option<&str>,
) -> Result<Vec<String>, Refusal> {
    client.account.lock().await.require_online()?;
    let chat = Chat::named(&client.server.directory, chat_id)?;
    let chats = &client.phone.chats;
    if let Some(id) = up_to {
        chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
    }
    let read = chats.read(&chat.id, up_to);
    send_receipts(client, &chat, "read", &read).await;
    Ok(read.into_iter().map(|row| row.id).collect())
}

/// The owner of a phone plays a voice message or a video.
///
/// # Errors
/// When the phone is off the network, or has no such message of somebody else's.
pub async fn play(client: &Client, chat: &str, id: &str) -> Result<(), Refusal> {
    client.account.lock().await.require_online()?;
    let chat = Chat::named(&client.server.directory, chat)?;
    let chats = &client.phone.chats;
    let row = chats.find(&chat.id, id).filter(|row| !row.from_me);
    let row = row.ok_or_else(|| not_held(id))?;
    chats.set_status(&chat.id, id, Status::Played, Direction::Received);
    send_receipts(client, &chat, "played", &[row]).await;
    Ok(())
}

/// The owner of a phone begins to write, or to speak, or stops.
///
/// # Errors
/// When the phone is off the network, or there is no such chat.
pub async fn type_in(
    client: &Client,
    chat: &str,
    typing: bool,
    recording: bool,
) -> Result<(), Refusal> {
    client.account.lock().await.require_online()?;
    let chat = Chat::named(&client.server.directory, chat)?;
    let state = match typing || recording {
        false => NodeBuilder::new("paused"),
        true if recording => NodeBuilder::new("composing").attr("media", "audio"),
        true => NodeBuilder::new("composing"),
    };
    let stanza = NodeBuilder::new("chatstate").attr("to", chat.jid(true)).children([state.build()]);
    chatstate(&client.server, client.sender(), &stanza.build()).await;
    Ok(())
}

/// Who wrote a message, as JID.
fn author(client: &Client, row: &Row, by_lid: bool) -> String {
    let author = client.server.directory.account_by_chat_id(&row.from);
    author.map_or_else(|| row.from.clone(), |author| author.jid(by_lid, 0).to_string())
}

fn not_held(id: &str) -> Refusal {
    Refusal::new(
        RefusalKind::NotFound,
        format!("The phone holds no message {id:?} in that chat."),
        "Take an id from GET /sandbox/phones/{phone}/messages?chatId=….",
    )
}
