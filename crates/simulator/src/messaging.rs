//! What people do with their phones' chats: write, read, play, begin to type.

use std::sync::Arc;

use serde::Deserialize;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};
use waproto::whatsapp as wa;

use crate::account::{AccountCell, parse_phone_number};
use crate::error::{Refusal, RefusalKind};
use crate::phone::{
    Addressing, Context, Draft, Outgoing, Quoted, Row, Seen, Status, Target, require_online,
};
use crate::routing::{Act, Acts, Sender, chatstate};
use crate::simulator::Simulator;

/// Messages in one receipt, as clients bound it.
const RECEIPT_IDS: usize = 256;

/// What `POST /sandbox/phones/{phone}/messages` takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Request {
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

/// A chat that somebody named.
pub(crate) struct Chat {
    /// How phones show it.
    pub(crate) id: String,
    /// The person, when it is no group.
    pub(crate) person: Option<Arc<AccountCell>>,
}

impl Chat {
    /// How stanzas and messages name it.
    pub(crate) fn jid(&self, by_lid: bool) -> Jid {
        match &self.person {
            Some(person) => person.jid(by_lid, 0),
            None => self.id.parse().unwrap_or_default(),
        }
    }
}

impl Simulator {
    /// A phone sends what somebody typed into it. Gives the id of the message.
    pub(crate) async fn send_as(
        self: &Arc<Self>,
        phone: &str,
        request: Request,
    ) -> Result<String, Refusal> {
        let cell = self.require_account(phone)?;
        require_online(&*cell.lock().await)?;
        let chat = self.chat(&request.chat_id)?;
        let by_lid = request.addressing == Addressing::Lid
            || chat.person.as_ref().is_some_and(|person| person.hides_number);
        let context = self.context(&cell, &chat, by_lid, &request)?;
        let target = request
            .draft
            .target()
            .map(|id| self.target(&cell, &chat, by_lid, id, &request.draft))
            .transpose()?;
        let message = request.draft.write(self, target, context).await?;
        let Request { addressing, id, .. } = request;
        let outgoing = Outgoing { message, addressing, id, edit: None };
        self.send_to(&cell, &chat, outgoing).await
    }

    /// A phone sends any message to a chat. Gives its id.
    pub(crate) async fn send_to(
        self: &Arc<Self>,
        cell: &Arc<AccountCell>,
        chat: &Chat,
        outgoing: Outgoing,
    ) -> Result<String, Refusal> {
        match &chat.person {
            Some(person) => self.send_direct(cell, person, outgoing).await,
            None => self.send_to_group(cell, &chat.id, outgoing).await,
        }
    }

    fn context(
        &self,
        cell: &AccountCell,
        chat: &Chat,
        by_lid: bool,
        request: &Request,
    ) -> Result<Context, Refusal> {
        let quoted = match &request.quoted_id {
            None => None,
            Some(id) => {
                let row = cell.chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
                let author = self.author(&row, by_lid);
                Some(Quoted { id: id.clone(), author, message: row.message })
            }
        };
        let mentions = request.mentions.iter().map(|mention| {
            let mentioned = self.chat(mention)?;
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
        &self,
        cell: &AccountCell,
        chat: &Chat,
        by_lid: bool,
        id: &str,
        draft: &Draft,
    ) -> Result<Target, Refusal> {
        let row = cell.chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
        if matches!(draft, Draft::Delete(_)) && !row.from_me && chat.person.is_some() {
            return Err(Refusal::invalid(
                "A phone can delete for everyone only what it sent itself.",
                "Take \"targetId\" from a message with \"fromMe\": true.",
            ));
        }
        let author = self.author(&row, by_lid);
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
            sender: cell.jid(by_lid, 0).to_string(),
        })
    }

    fn author(&self, row: &Row, by_lid: bool) -> String {
        let author = self.account_by_chat_id(&row.from);
        author.map_or_else(|| row.from.clone(), |author| author.jid(by_lid, 0).to_string())
    }

    /// The owner of a phone reads a chat, or the part of it up to a message. Gives the ids
    /// of what was not read before.
    pub(crate) async fn read_as(
        &self,
        phone: &str,
        chat_id: &str,
        up_to: Option<&str>,
    ) -> Result<Vec<String>, Refusal> {
        let cell = self.require_account(phone)?;
        require_online(&*cell.lock().await)?;
        let chat = self.chat(chat_id)?;
        if let Some(id) = up_to {
            cell.chats.find(&chat.id, id).ok_or_else(|| not_held(id))?;
        }
        let read = cell.chats.read(&chat.id, up_to);
        self.send_receipts(&cell, &chat, "read", &read).await;
        Ok(read.into_iter().map(|row| row.id).collect())
    }

    /// The owner of a phone plays a voice message or a video.
    pub(crate) async fn play_as(&self, phone: &str, chat: &str, id: &str) -> Result<(), Refusal> {
        let cell = self.require_account(phone)?;
        require_online(&*cell.lock().await)?;
        let chat = self.chat(chat)?;
        let row = cell.chats.find(&chat.id, id).filter(|row| !row.from_me);
        let row = row.ok_or_else(|| not_held(id))?;
        cell.chats.set_status(&chat.id, id, Status::Played, Seen::Received);
        self.send_receipts(&cell, &chat, "played", &[row]).await;
        Ok(())
    }

    /// Receipts of one kind for messages of one chat: one for each author and namespace.
    async fn send_receipts(
        &self,
        cell: &Arc<AccountCell>,
        chat: &Chat,
        kind: &'static str,
        rows: &[Row],
    ) {
        let mut acts = Acts::default();
        let mut rest: Vec<&Row> = rows.iter().collect();
        while let Some(first) = rest.first().copied() {
            let same = |row: &&Row| row.from == first.from && row.by_lid == first.by_lid;
            let (now, later): (Vec<&Row>, Vec<&Row>) = rest.into_iter().partition(same);
            rest = later;
            let author = chat.person.is_none().then(|| self.author(first, first.by_lid));
            for part in now.chunks(RECEIPT_IDS) {
                let ids = part.iter().map(|row| row.id.as_str());
                let receipt = receipt(chat.jid(first.by_lid), kind, author.as_deref(), ids);
                acts.add(cell, Act::Receipt(receipt));
            }
        }
        acts.run(self).await;
    }

    /// The owner of a phone begins to write, or to speak, or stops.
    pub(crate) async fn type_as(
        &self,
        phone: &str,
        chat: &str,
        typing: bool,
        recording: bool,
    ) -> Result<(), Refusal> {
        let cell = self.require_account(phone)?;
        require_online(&*cell.lock().await)?;
        let chat = self.chat(chat)?;
        let state = match typing || recording {
            false => NodeBuilder::new("paused"),
            true if recording => NodeBuilder::new("composing").attr("media", "audio"),
            true => NodeBuilder::new("composing"),
        };
        let stanza =
            NodeBuilder::new("chatstate").attr("to", chat.jid(true)).children([state.build()]);
        chatstate(self, Sender { cell: &cell, device: 0 }, &stanza.build()).await;
        Ok(())
    }

    /// The chat that `text` names: `15550100001@c.us`, `…@lid`, a group, or bare digits.
    pub(crate) fn chat(&self, text: &str) -> Result<Chat, Refusal> {
        let text = text.trim();
        if text.ends_with("@g.us") || text == "status@broadcast" {
            return Ok(Chat { id: text.to_owned(), person: None });
        }
        let person = match text.rsplit_once('@') {
            Some((user, "lid")) => self.account_of(&Jid::lid(user)),
            Some((user, "c.us" | "s.whatsapp.net")) => self.account(&parse_phone_number(user)?),
            Some(_) => None,
            // As a phone looks up what its owner types.
            None => self.look_up(&parse_phone_number(text)?),
        };
        let person = person.ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotFound,
                format!("Nobody on this network is {text:?}."),
                "Take a phone or lid from GET /sandbox/phones, or a group's id.",
            )
        })?;
        Ok(Chat { id: person.chat_id(), person: Some(person) })
    }
}

fn receipt<'a>(
    to: Jid,
    kind: &'static str,
    author: Option<&str>,
    mut ids: impl Iterator<Item = &'a str>,
) -> Node {
    let mut receipt = NodeBuilder::new("receipt")
        .attr("to", to)
        .attr("type", kind)
        .attr("id", ids.next().unwrap_or_default());
    if let Some(author) = author {
        receipt = receipt.attr("participant", author);
    }
    let items: Vec<Node> = ids.map(|id| NodeBuilder::new("item").attr("id", id).build()).collect();
    if items.is_empty() {
        return receipt.build();
    }
    receipt.children([NodeBuilder::new("list").children(items).build()]).build()
}

fn not_held(id: &str) -> Refusal {
    Refusal::new(
        RefusalKind::NotFound,
        format!("The phone holds no message {id:?} in that chat."),
        "Take an id from GET /sandbox/phones/{phone}/messages?chatId=….",
    )
}
