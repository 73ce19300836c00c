//! The account that a session is linked to.

use siskin_model::{Account, Address, Body, ChatId};
use wacore::store::Device;

/// The account that a device is linked to.
pub(crate) fn account_of(device: &Device) -> Option<Account> {
    let jid = device.pn.as_ref()?;
    Some(Account {
        phone: jid.user.parse().ok()?,
        device: jid.device,
        lid: device.lid.as_ref().map(|lid| lid.user.to_string()),
        push_name: device.push_name.clone(),
    })
}

/// The own account, by both its addresses.
pub(crate) struct OwnAccount {
    pub(crate) phone: ChatId,
    pub(crate) lid: Option<ChatId>,
}

impl OwnAccount {
    pub(crate) fn of(account: &Account) -> Self {
        let lid = account.lid.as_ref().and_then(|lid| ChatId::parse(&format!("{lid}@lid")));
        Self { phone: account.wid(), lid }
    }

    /// Names the account by its number wherever a message names it by its LID.
    pub(crate) fn by_number(&self, body: &mut Body) {
        body.map_addresses(&|address| {
            if self.is(address) { self.phone.clone() } else { address.clone() }
        });
    }

    /// Whether an address is one of it.
    pub(crate) fn is(&self, person: &ChatId) -> bool {
        *person == self.phone || self.lid.as_ref() == Some(person)
    }

    /// The own account as an address.
    pub(crate) fn address(&self) -> Address {
        Address { id: self.phone.clone(), other: self.lid.clone() }
    }
}
