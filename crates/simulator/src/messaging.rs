//! What people do with their phones' chats.

use std::sync::Arc;

use serde::Deserialize;

use crate::account::{AccountCell, parse_phone_number};
use crate::error::{Refusal, RefusalKind};
use crate::phone::{Addressing, Draft, Outgoing};
use crate::simulator::Simulator;

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
    #[serde(flatten)]
    draft: Draft,
}

/// A chat that somebody named.
pub(crate) struct Chat {
    /// How phones show it.
    pub(crate) id: String,
    /// The person, when it is no group.
    pub(crate) person: Option<Arc<AccountCell>>,
}

impl Simulator {
    /// A phone sends a message. Gives its id.
    pub(crate) async fn send_as(
        self: &Arc<Self>,
        phone: &str,
        request: Request,
    ) -> Result<String, Refusal> {
        let cell = self.require_account(phone)?;
        let chat = self.chat(&request.chat_id)?;
        let message = request.draft.message()?;
        let outgoing = Outgoing { message, addressing: request.addressing, id: request.id };
        match &chat.person {
            Some(person) => self.send_direct(&cell, person, outgoing).await,
            // Groups are not carried yet.
            None => Err(no_groups()),
        }
    }

    /// The chat that `text` names: `15550100001@c.us`, `…@lid`, a group, or bare digits.
    pub(crate) fn chat(&self, text: &str) -> Result<Chat, Refusal> {
        let text = text.trim();
        if text.ends_with("@g.us") || text == "status@broadcast" {
            return Ok(Chat { id: text.to_owned(), person: None });
        }
        let person = match text.rsplit_once('@') {
            Some((user, "lid")) => self.account_of(&wacore_binary::Jid::lid(user)),
            Some((user, "c.us" | "s.whatsapp.net")) => self.account(&parse_phone_number(user)?),
            Some(_) => None,
            None => self.account(&parse_phone_number(text)?),
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

fn no_groups() -> Refusal {
    Refusal::invalid("Phones cannot write to groups yet.", "Name a person in \"chatId\".")
}
