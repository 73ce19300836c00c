//! Addresses with the other one of the same person.

use std::sync::Arc;
use std::time::Duration;

use siskin_model::{Account, Address, ChatId, ChatKind, InstanceId};
use wacore::store::traits::ProtocolStore as _;
use wacore_binary::Jid;

use crate::account::OwnAccount;
use crate::jid::{address_of, chat_in};
use crate::keystore::Keys;
use crate::remembered::Remembered;

/// How long a pair of addresses is remembered: of a number, the person behind it can change.
const REMEMBERED: Duration = Duration::from_secs(60);
/// How many are.
const MOST: usize = 256;

/// Who the own account is, if that is known already. It must not wait for anything.
type AccountSource = Box<dyn Fn() -> Option<Account> + Send + Sync>;

/// The addresses of persons, the own account's among them, as one session knows them.
pub(crate) struct Addresses {
    keys: Arc<Keys>,
    account: AccountSource,
    pairs: Remembered<ChatId>,
}

impl Addresses {
    /// `account` is asked each time who the own account is, and must not wait for anything.
    pub(crate) fn new(
        keys: Arc<Keys>,
        account: impl Fn() -> Option<Account> + Send + Sync + 'static,
    ) -> Self {
        let pairs = Remembered::new(REMEMBERED, MOST);
        Self { keys, account: Box::new(account), pairs }
    }

    /// Whose session it is.
    pub(crate) fn instance(&self) -> InstanceId {
        self.keys.instance
    }

    /// The own account, once it is known.
    pub(crate) fn own(&self) -> Option<OwnAccount> {
        (self.account)().as_ref().map(OwnAccount::of)
    }

    /// An address with the other one: the one that came along, or what the engine has
    /// learned. It is asked in its store, not through its client, whose locks may be held by
    /// whoever waits for us.
    pub(crate) async fn address(&self, jid: &Jid, other: Option<&Jid>) -> Option<Address> {
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
            ChatKind::Lid => self.keys.store.get_lid_mapping(user).await,
            ChatKind::Person => self.keys.store.get_pn_mapping(user).await,
            _ => return None,
        };
        let mapping = found
            .inspect_err(|error| {
                let instance = self.keys.instance;
                tracing::warn!(%instance, %error, "addresses cannot be looked up");
            })
            .ok()??;
        if person.is_lid() {
            chat_in(&format!("{}@s.whatsapp.net", mapping.phone_number))
        } else {
            chat_in(&format!("{}@lid", mapping.lid))
        }
    }
}
