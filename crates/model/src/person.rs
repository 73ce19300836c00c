use crate::ChatId;

/// Who is behind an address, as far as it is known: a person, or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The phone number's address where that is known, else the LID; or the group.
    pub id: ChatId,
    /// The LID of a person whose phone number is known.
    pub lid: Option<ChatId>,
    /// The name that the person chose, or the group's subject; empty where not known.
    pub name: String,
    /// The name under which the phone has saved the person; empty where it has not.
    pub contact_name: String,
}

impl Person {
    /// The longest name that is kept, in characters; WhatsApp's apps take a tenth of it.
    pub const LONGEST_NAME: usize = 256;
}

/// An address with the other one of the same person, as a message brings them: by phone
/// number and by LID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address that was used.
    pub id: ChatId,
    /// The other one, if it came along.
    pub other: Option<ChatId>,
}

impl Address {
    /// An address that came alone.
    pub fn new(id: ChatId) -> Self {
        Self { id, other: None }
    }

    /// The LID and the phone number's address, where both are known.
    pub fn pair(&self) -> Option<(&ChatId, &ChatId)> {
        let other = self.other.as_ref()?;
        match (self.id.is_lid(), other.is_lid()) {
            (true, false) => Some((&self.id, other)),
            (false, true) => Some((other, &self.id)),
            _ => None,
        }
    }

    /// Whether it is this address, or the other one.
    pub fn names(&self, address: &ChatId) -> bool {
        self.id == *address || self.other.as_ref() == Some(address)
    }

    /// The address to keep: by phone number where that is known.
    pub fn preferred(&self) -> &ChatId {
        self.pair().map_or(&self.id, |(_, phone)| phone)
    }
}
