use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Person};

use crate::Result;

/// Names and addresses of persons and groups, one list per instance.
#[async_trait]
pub trait People: Send + Sync {
    /// Learns what is new: a name that is not empty replaces the old one, an empty one
    /// changes nothing. Where a person's LID and phone number are learned together, what is
    /// kept under the LID is kept under the number from now on: the person (names under the
    /// number go first), messages with the addresses in them, what waits to be sent, the
    /// messages that files came with, calls, and the chat's timer. Where the same message is
    /// under both, the one under the number stays; of two timers, the one that was set later.
    /// A former number of the same person keeps what is under it. All or none; unknown
    /// instances are ignored.
    async fn learn(&self, id: InstanceId, people: Vec<Person>) -> Result<()>;

    /// Learns that a number leads to an account that WhatsApp knows by another address: what
    /// is kept under the number, but calls, is kept with the account from now on, as
    /// [`People::learn`] does it with a LID. What is new of the account is learned on the way.
    /// A number whose LID is learned later is an account of its own again.
    async fn learn_spelling(&self, id: InstanceId, number: &ChatId, account: Person) -> Result<()>;

    /// Forgets which numbers lead to an account; what is kept stays where it is.
    async fn forget_spellings(&self, id: InstanceId, account: &ChatId) -> Result<()>;

    /// Replaces the name under which the phone has saved a person, found by either address;
    /// empty: it has not any more. Whoever is not known is added with a name.
    async fn save_contact_name(&self, id: InstanceId, person: &ChatId, name: &str) -> Result<()>;

    /// The person or group, found by either address, or by another number that leads to it.
    async fn person(&self, id: InstanceId, address: &ChatId) -> Result<Option<Person>>;
}
