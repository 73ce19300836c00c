use std::fmt;

use serde::{Deserialize, Serialize};

use crate::PhoneNumber;

/// The longest chat id: a group id of the old form has two numbers in it.
const LONGEST: usize = 64;

/// A chat, or a person, as the API writes it, such as `15550100001@c.us` (specification,
/// section 1.3).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChatId(String);

/// What a chat id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// A person by phone number: `@c.us`.
    Person,
    /// A person by the number that hides theirs: `@lid`.
    Lid,
    /// A group: `@g.us`.
    Group,
    /// The feed of statuses: `status@broadcast`.
    Status,
}

impl ChatId {
    /// The person with that phone number.
    pub fn person(phone: &PhoneNumber) -> Self {
        Self(format!("{phone}@c.us"))
    }

    /// Takes an id apart. `None`: it is of no form that the API takes.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (user, server) = text.split_once('@')?;
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let valid = match server {
            "c.us" | "lid" => digits(user),
            "g.us" => user.split('-').count() <= 2 && user.split('-').all(digits),
            "broadcast" => user == "status",
            _ => false,
        };
        valid.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the `@`.
    pub fn user(&self) -> &str {
        self.0.split_once('@').map_or(self.0.as_str(), |(user, _)| user)
    }

    /// What it names.
    pub fn kind(&self) -> ChatKind {
        match self.0.split_once('@').map(|(_, server)| server) {
            Some("g.us") => ChatKind::Group,
            Some("lid") => ChatKind::Lid,
            Some("broadcast") => ChatKind::Status,
            _ => ChatKind::Person,
        }
    }

    /// Whether it is a group.
    pub fn is_group(&self) -> bool {
        self.kind() == ChatKind::Group
    }

    /// Whether it is a person under the number that hides theirs.
    pub fn is_lid(&self) -> bool {
        self.kind() == ChatKind::Lid
    }
}

impl fmt::Display for ChatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_four_kinds_are_told_apart() {
        for (text, kind) in [
            ("15550100001@c.us", ChatKind::Person),
            ("100000000000001@lid", ChatKind::Lid),
            ("120363000000000001@g.us", ChatKind::Group),
            ("15550100001-1500000000@g.us", ChatKind::Group),
            ("status@broadcast", ChatKind::Status),
        ] {
            assert_eq!(ChatId::parse(text).unwrap().kind(), kind, "{text}");
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "@c.us",
            "15550100001",
            "+15550100001@c.us",
            "1@newsletter",
            "1-2-3@g.us",
            "-1@g.us",
            "a@c.us",
            "1@broadcast",
            "1@s.whatsapp.net",
        ] {
            assert_eq!(ChatId::parse(text), None, "{text}");
        }
    }
}
