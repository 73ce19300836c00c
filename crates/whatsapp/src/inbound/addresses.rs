//! Addresses with the other one of the same person.

use std::time::Duration;

use siskin_model::{Address, ChatId};
use wacore::store::traits::ProtocolStore as _;
use wacore_binary::Jid;

use super::{Intake, Own};
use crate::jid::{address_of, chat_in};
use crate::remembered::Remembered;

/// How long a pair of addresses is remembered: of a number, the person behind it can change.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many are.
const MOST: usize = 256;

/// Pairs of addresses that the engine was asked for lately.
pub(super) fn pairs() -> Remembered<ChatId> {
    Remembered::new(REMEMBERED, MOST)
}

impl Intake {
    /// An address with the other one: the one that came along, or what the engine has
    /// learned. It is asked in its store, not through its client, whose locks may be held by
    /// whoever waits for us.
    pub(super) async fn address(&self, jid: &Jid, other: Option<&Jid>) -> Option<Address> {
        let mut address = address_of(jid, other)?;
        if address.other.is_none() {
            address.other = self.counterpart(&address.id).await;
        }
        Some(address)
    }

    /// The other address of a person, if the engine knows it.
    pub(crate) async fn counterpart(&self, person: &ChatId) -> Option<ChatId> {
        if let Some(own) = self.own().filter(|own| own.is(person)) {
            return if *person == own.phone { own.lid } else { Some(own.phone) };
        }
        if let Some(known) = self.pairs.get(person) {
            return Some(known);
        }
        let found = self.stored_counterpart(person).await?;
        self.pairs.put(person, found.clone());
        Some(found)
    }

    async fn stored_counterpart(&self, person: &ChatId) -> Option<ChatId> {
        let user = person.user();
        let found = match person.kind() {
            siskin_model::ChatKind::Lid => self.keys.store.get_lid_mapping(user).await,
            siskin_model::ChatKind::Person => self.keys.store.get_pn_mapping(user).await,
            _ => return None,
        };
        let mapping = found
            .inspect_err(|error| {
                tracing::warn!(instance = %self.instance, %error, "addresses cannot be looked up");
            })
            .ok()??;
        if person.is_lid() {
            chat_in(&format!("{}@s.whatsapp.net", mapping.phone_number))
        } else {
            chat_in(&format!("{}@lid", mapping.lid))
        }
    }
}

impl Own {
    /// The own account as an address.
    pub(super) fn address(&self) -> Address {
        Address { id: self.phone.clone(), other: self.lid.clone() }
    }
}
