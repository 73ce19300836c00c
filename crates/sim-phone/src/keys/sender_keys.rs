//! The sender keys of a phone: its own, one per group, and those of the devices that write
//! to groups with it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use siskin_sim_server::account::DeviceId;
use siskin_sim_server::keys::base64_bytes::Base64;
use siskin_sim_server::keys::rng;
use wacore_libsignal::protocol::{
    SenderKeyDistributionMessage, SenderKeyRecord, SenderKeyStore, SignalProtocolError,
    create_sender_key_distribution_message, group_decrypt, group_encrypt,
    process_sender_key_distribution_message,
};
use wacore_libsignal::store::sender_key_name::SenderKeyName;

use super::address;

type Result<T> = std::result::Result<T, SignalProtocolError>;

/// Keys that a phone remembers; whoever is forgotten is asked for the message again.
const KEYS_LIMIT: usize = 20_000;

/// Sender keys by group and device.
#[derive(Default, Serialize, Deserialize)]
pub(crate) struct SenderKeys {
    records: BTreeMap<String, Base64>,
    /// Which devices have the phone's own key of a group. Not kept: a phone that starts
    /// again takes a new key, so that no key is ever used twice.
    #[serde(skip)]
    shared: BTreeMap<String, BTreeSet<DeviceId>>,
}

impl SenderKeys {
    /// Takes over a key that the device at `from` has given out for a group.
    pub(crate) async fn learn(&mut self, group: &str, from: &DeviceId, key: &[u8]) -> Result<()> {
        let key = SenderKeyDistributionMessage::try_from(key)?;
        process_sender_key_distribution_message(&name(group, from), &key, self).await
    }

    /// Opens what the device at `from` wrote to a group. Gives the padded plaintext.
    pub(crate) async fn open(
        &mut self,
        group: &str,
        from: &DeviceId,
        sealed: &[u8],
    ) -> Result<Vec<u8>> {
        group_decrypt(sealed, self, &name(group, from)).await
    }

    /// Encrypts to a group under the phone's own key.
    pub(crate) async fn seal(
        &mut self,
        group: &str,
        own: &DeviceId,
        padded: &[u8],
    ) -> Result<Vec<u8>> {
        let sealed = group_encrypt(self, &name(group, own), padded, &mut rng()).await?;
        Ok(sealed.serialized().to_vec())
    }

    /// Which of a group's devices lack the phone's own key. Once a device that has it is no
    /// member any more, the phone takes a new key, which all lack.
    pub(crate) fn lacking(
        &mut self,
        group: &str,
        own: &DeviceId,
        members: &BTreeSet<DeviceId>,
    ) -> BTreeSet<DeviceId> {
        let shared = self.shared.entry(group.to_owned()).or_default();
        if shared.is_empty() || !shared.is_subset(members) {
            shared.clear();
            self.records.remove(name(group, own).cache_key());
        }
        members.difference(shared).cloned().collect()
    }

    /// The phone's own key of a group, to be given out.
    pub(crate) async fn own(&mut self, group: &str, own: &DeviceId) -> Result<Vec<u8>> {
        let name = name(group, own);
        let key = create_sender_key_distribution_message(&name, self, &mut rng()).await?;
        Ok(key.serialized().to_vec())
    }

    /// Notes that a device has the phone's own key.
    pub(crate) fn note_shared(&mut self, group: &str, device: DeviceId) {
        self.shared.entry(group.to_owned()).or_default().insert(device);
    }
}

/// Keys are found by number, whatever the device calls itself.
fn name(group: &str, device: &DeviceId) -> SenderKeyName {
    SenderKeyName::from_parts(group, address(&device.0, device.1).as_str())
}

#[async_trait]
impl SenderKeyStore for SenderKeys {
    async fn store_sender_key(
        &mut self,
        name: &SenderKeyName,
        record: SenderKeyRecord,
    ) -> Result<()> {
        if self.records.len() >= KEYS_LIMIT && !self.records.contains_key(name.cache_key()) {
            self.records.pop_first();
        }
        self.records.insert(name.cache_key().to_owned(), Base64(record.serialize()?));
        Ok(())
    }

    async fn load_sender_key(&self, name: &SenderKeyName) -> Result<Option<SenderKeyRecord>> {
        let record = self.records.get(name.cache_key());
        record.map(|bytes| SenderKeyRecord::deserialize(&bytes.0)).transpose()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const GROUP: &str = "120363000000000001@g.us";

    fn device(phone: &str) -> DeviceId {
        (phone.to_owned(), 0)
    }

    #[tokio::test]
    async fn a_key_is_for_those_who_got_it_and_changes_when_one_of_them_goes() {
        let (ann, ben, chloe) = (device("1"), device("2"), device("3"));
        let both = BTreeSet::from([ben.clone(), chloe.clone()]);
        let (mut anns, mut bens, mut chloes) =
            (SenderKeys::default(), SenderKeys::default(), SenderKeys::default());
        assert_eq!(anns.lacking(GROUP, &ann, &both), both);
        let key = anns.own(GROUP, &ann).await.unwrap();
        for device in &both {
            anns.note_shared(GROUP, device.clone());
        }
        bens.learn(GROUP, &ann, &key).await.unwrap();
        chloes.learn(GROUP, &ann, &key).await.unwrap();
        let sealed = anns.seal(GROUP, &ann, b"hello").await.unwrap();
        assert_eq!(bens.open(GROUP, &ann, &sealed).await.unwrap(), b"hello");
        assert!(anns.lacking(GROUP, &ann, &both).is_empty());

        let one = BTreeSet::from([ben.clone()]);
        assert_eq!(anns.lacking(GROUP, &ann, &one), one);
        let key = anns.own(GROUP, &ann).await.unwrap();
        bens.learn(GROUP, &ann, &key).await.unwrap();
        let sealed = anns.seal(GROUP, &ann, b"secret").await.unwrap();
        assert_eq!(bens.open(GROUP, &ann, &sealed).await.unwrap(), b"secret");
        assert!(chloes.open(GROUP, &ann, &sealed).await.is_err());
    }
}
