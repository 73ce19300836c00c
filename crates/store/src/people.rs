use async_trait::async_trait;
use siskin_model::{ChatId, InstanceId, Person};

use crate::Result;

/// Names and addresses of persons and groups, one list per instance.
#[async_trait]
pub trait People: Send + Sync {
    /// Learns what is new: a name that is not empty replaces the old one, an empty one
    /// changes nothing. Where a person's LID and phone number become known together, what was
    /// kept under the LID (the person and the messages) is kept under the number from now
    /// on. All or none; unknown instances are ignored.
    async fn learn(&self, id: InstanceId, people: Vec<Person>) -> Result<()>;

    /// Replaces the name under which the phone has saved a person, found by either address;
    /// empty: it has not any more.
    async fn save_contact_name(&self, id: InstanceId, person: &ChatId, name: &str) -> Result<()>;

    /// The person or group, found by either address.
    async fn person(&self, id: InstanceId, address: &ChatId) -> Result<Option<Person>>;
}
