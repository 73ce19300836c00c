//! A chat that somebody named.

use std::sync::Arc;

use siskin_sim_server::account::AccountCell;
use siskin_sim_server::error::{Refusal, RefusalKind};
use siskin_sim_server::{Directory, parse_phone_number};
use wacore_binary::Jid;

/// A chat with a person or in a group.
pub struct Chat {
    /// How phones show it.
    pub id: String,
    /// The person, when it is no group.
    pub person: Option<Arc<AccountCell>>,
}

impl Chat {
    /// The chat that `text` names: `15550100001@c.us`, `…@lid`, a group, or bare digits.
    ///
    /// # Errors
    /// When nobody on the network is called so.
    pub fn named(directory: &Directory, text: &str) -> Result<Self, Refusal> {
        let text = text.trim();
        if text.ends_with("@g.us") || text == "status@broadcast" {
            return Ok(Self { id: text.to_owned(), person: None });
        }
        let person = match text.rsplit_once('@') {
            Some((user, "lid")) => directory.account_of(&Jid::lid(user)),
            Some((user, "c.us" | "s.whatsapp.net")) => {
                directory.account(&parse_phone_number(user)?)
            }
            Some(_) => None,
            // As a phone looks up what its owner types.
            None => directory.look_up(&parse_phone_number(text)?),
        };
        let person = person.ok_or_else(|| {
            Refusal::new(
                RefusalKind::NotFound,
                format!("Nobody on this network is {text:?}."),
                "Take a phone or lid from GET /sandbox/phones, or a group's id.",
            )
        })?;
        Ok(Self { id: person.chat_id(), person: Some(person) })
    }

    /// How stanzas and messages name it.
    pub fn jid(&self, by_lid: bool) -> Jid {
        match &self.person {
            Some(person) => person.jid(by_lid, 0),
            None => self.id.parse().unwrap_or_default(),
        }
    }
}
