//! The phone's own Signal keys and sessions: the primary device, number 0.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use siskin_sim_server::account::{DeviceKeys, PreKey, SignedPreKey};
use siskin_sim_server::error::Error;
use siskin_sim_server::keys::base64_bytes::Base64;
use siskin_sim_server::keys::{
    base64_bytes, key_pair_base64, new_key_pair, public_bytes, public_key, random_bytes, rng, sign,
};
use wacore_libsignal::protocol::{
    CiphertextMessage, CiphertextMessageType, CurveError, Direction, GenericSignedPreKey as _,
    IdentityChange, IdentityKey, IdentityKeyPair, IdentityKeyStore, KeyPair, PreKeyBundle,
    PreKeyId, PreKeyRecord, PreKeySignalMessage, PreKeyStore, ProtocolAddress, SessionRecord,
    SessionStore, SignalMessage, SignalProtocolError, SignedPreKeyId, SignedPreKeyRecord,
    SignedPreKeyStore, Timestamp, UsePQRatchet, message_decrypt, message_encrypt,
    process_prekey_bundle,
};
use waproto::whatsapp as wa;

use super::{Identity, address, read_padded};

type Result<T> = std::result::Result<T, SignalProtocolError>;

/// One-time keys that were handed out and not used yet; the oldest goes first.
const ONE_TIME_KEY_LIMIT: usize = 1000;
/// Key ids are three bytes in stanzas.
const KEY_ID_MAX: u32 = 0xff_ffff;
const SIGNED_PREKEY_ID: u32 = 1;
/// Messages that a phone may send to one device between two writes of its account.
const SENT_BETWEEN_WRITES: u32 = 256;

/// The phone's keys beside its identity, and its sessions with other devices.
#[derive(Serialize, Deserialize)]
pub(crate) struct PhoneKeys {
    registration_id: u32,
    signed_prekey: OwnSignedPreKey,
    one_time: OneTimeKeys,
    sessions: Sessions,
    /// Identities of the devices it has talked to, by address.
    known: HashMap<String, Base64>,
}

#[derive(Serialize, Deserialize)]
struct OwnSignedPreKey {
    #[serde(with = "key_pair_base64")]
    key: KeyPair,
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

#[derive(Default, Serialize, Deserialize)]
struct OneTimeKeys {
    last_id: u32,
    keys: BTreeMap<u32, OneTimeKey>,
}

#[derive(Serialize, Deserialize)]
struct OneTimeKey(#[serde(with = "key_pair_base64")] KeyPair);

/// Sessions by the address of the other side. They stay decoded while the simulator runs:
/// reading one from bytes skips the counters that its writer had reserved.
#[derive(Default)]
struct Sessions(HashMap<String, SessionRecord>);

/// The identity store of a session being built: our key pair, and whom we know.
struct Identities<'a> {
    own: IdentityKeyPair,
    registration_id: u32,
    known: &'a mut HashMap<String, Base64>,
}

impl PhoneKeys {
    pub(crate) fn new(identity: &Identity) -> std::result::Result<Self, CurveError> {
        let key = new_key_pair();
        Ok(Self {
            registration_id: u32::from(u16::from_be_bytes(random_bytes())) + 1,
            signed_prekey: OwnSignedPreKey {
                signature: sign(&identity.key, &[&key.public_key.serialize()])?,
                key,
            },
            one_time: OneTimeKeys::default(),
            sessions: Sessions::default(),
            known: HashMap::new(),
        })
    }

    /// The phone's public keys with one fresh one-time key.
    pub(crate) fn offer(&mut self, identity: &Identity) -> DeviceKeys {
        DeviceKeys {
            registration_id: self.registration_id.to_be_bytes().to_vec(),
            identity: public_bytes(&identity.key).to_vec(),
            signed_prekey: SignedPreKey {
                id: key_id(SIGNED_PREKEY_ID),
                value: public_bytes(&self.signed_prekey.key).to_vec(),
                signature: self.signed_prekey.signature.clone(),
            },
            prekeys: [self.one_time.issue()].into(),
        }
    }

    /// Whether there is a session with the device at `with`.
    pub(crate) fn has_session(&self, with: &ProtocolAddress) -> bool {
        self.sessions.0.contains_key(with.as_str())
    }

    /// Begins a session with the device at `with`, in place of one that there may be.
    pub(crate) async fn begin_session(
        &mut self,
        identity: &Identity,
        with: &ProtocolAddress,
        bundle: &PreKeyBundle,
    ) -> Result<()> {
        let mut identities = Identities {
            own: identity_key_pair(identity),
            registration_id: self.registration_id,
            known: &mut self.known,
        };
        process_prekey_bundle(
            with,
            &mut self.sessions,
            &mut identities,
            bundle,
            &mut rng(),
            UsePQRatchet::No,
        )
        .await?;
        Ok(())
    }

    /// Encrypts `plain`, a `Message` in bytes, to the device at `to`, with which there must
    /// be a session. Gives the type of the `<enc>` element and its content.
    pub(crate) async fn encrypt(
        &mut self,
        identity: &Identity,
        to: &ProtocolAddress,
        plain: &[u8],
    ) -> Result<(&'static str, Vec<u8>)> {
        let mut identities = Identities {
            own: identity_key_pair(identity),
            registration_id: self.registration_id,
            known: &mut self.known,
        };
        let padded = wacore::messages::MessageUtils::pad_message_v2(plain.to_vec());
        let sealed = message_encrypt(&padded, to, &mut self.sessions, &mut identities).await?;
        let kind = match sealed.message_type() {
            CiphertextMessageType::PreKey => "pkmsg",
            _ => "msg",
        };
        let bytes = match &sealed {
            CiphertextMessage::PreKeySignalMessage(message) => message.serialized().to_vec(),
            other => other.serialize().to_vec(),
        };
        Ok((kind, bytes))
    }

    /// Decrypts what the device at `from` sent to the phone. `kind` is the type of its
    /// `<enc>` element.
    pub(crate) async fn decrypt(
        &mut self,
        identity: &Identity,
        from: &ProtocolAddress,
        kind: &str,
        sealed: &[u8],
    ) -> Result<wa::Message> {
        let sealed = match kind {
            "pkmsg" => {
                CiphertextMessage::PreKeySignalMessage(PreKeySignalMessage::try_from(sealed)?)
            }
            _ => CiphertextMessage::SignalMessage(SignalMessage::try_from(sealed)?),
        };
        let mut identities = Identities {
            own: identity_key_pair(identity),
            registration_id: self.registration_id,
            known: &mut self.known,
        };
        let opened = message_decrypt(
            &sealed,
            from,
            &mut self.sessions,
            &mut identities,
            &mut self.one_time,
            &self.signed_prekey,
            &mut rng(),
            UsePQRatchet::No,
        )
        .await?;
        read_padded(&opened.plaintext)
    }

    /// Forgets all sessions, as a phone does that was restored from a backup.
    pub(crate) fn forget_sessions(&mut self) {
        self.sessions.0.clear();
    }

    /// Forgets a device: the session with it, and its identity.
    pub(crate) fn forget_device(&mut self, phone: &str, device: u16) {
        let address = address(phone, device).to_string();
        self.sessions.0.remove(&address);
        self.known.remove(&address);
    }
}

impl Serialize for Sessions {
    fn serialize<S: serde::Serializer>(&self, to: S) -> std::result::Result<S::Ok, S::Error> {
        use serde::ser::Error as _;
        let mut written = BTreeMap::new();
        for (address, record) in &self.0 {
            let mut record = record.clone();
            // A process that is killed has sent more than it has written. Whoever reads
            // this skips ahead, so that no message key is ever used twice.
            let reserved = record.reserved_sender_chain_index();
            if reserved > 0 {
                record.reserve_sender_chain_counters(reserved + SENT_BETWEEN_WRITES);
            }
            written.insert(address, Base64(record.serialize().map_err(S::Error::custom)?));
        }
        written.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Sessions {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        use serde::de::Error as _;
        let written = HashMap::<String, Base64>::deserialize(from)?;
        let records = written.into_iter().map(|(address, bytes)| {
            let record = SessionRecord::deserialize(&bytes.0).map_err(D::Error::custom)?;
            Ok((address, record))
        });
        records.collect::<std::result::Result<_, D::Error>>().map(Self)
    }
}

/// The keys that a device gave, or that were handed out for it, as a session begins with
/// them.
pub(crate) fn session_bundle(
    device: u16,
    keys: &DeviceKeys,
) -> std::result::Result<PreKeyBundle, Error> {
    let one_time = match keys.prekeys.front() {
        Some(prekey) => Some((PreKeyId::from(number(&prekey.id)), public_key(&prekey.value)?)),
        None => None,
    };
    PreKeyBundle::new(
        number(&keys.registration_id),
        u32::from(device).into(),
        one_time,
        number(&keys.signed_prekey.id).into(),
        public_key(&keys.signed_prekey.value)?,
        keys.signed_prekey.signature.clone(),
        IdentityKey::new(public_key(&keys.identity)?),
    )
    .map_err(Error::crypto)
}

impl OneTimeKeys {
    fn issue(&mut self) -> PreKey {
        if self.keys.len() == ONE_TIME_KEY_LIMIT {
            self.keys.pop_first();
        }
        self.last_id = self.last_id % KEY_ID_MAX + 1;
        let key = new_key_pair();
        let offered = PreKey { id: key_id(self.last_id), value: public_bytes(&key).to_vec() };
        self.keys.insert(self.last_id, OneTimeKey(key));
        offered
    }
}

fn identity_key_pair(identity: &Identity) -> IdentityKeyPair {
    IdentityKeyPair::new(
        IdentityKey::new(identity.key.public_key),
        identity.key.private_key.clone(),
    )
}

fn key_id(id: u32) -> Vec<u8> {
    id.to_be_bytes()[1..].to_vec()
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte))
}

#[async_trait]
impl IdentityKeyStore for Identities<'_> {
    async fn get_identity_key_pair(&self) -> Result<IdentityKeyPair> {
        Ok(self.own.clone())
    }

    async fn get_local_registration_id(&self) -> Result<u32> {
        Ok(self.registration_id)
    }

    async fn save_identity(
        &mut self,
        address: &ProtocolAddress,
        identity: &IdentityKey,
    ) -> Result<IdentityChange> {
        let bytes = identity.serialize().to_vec();
        let before = self.known.insert(address.to_string(), Base64(bytes.clone()));
        Ok(IdentityChange::from_changed(before.is_some_and(|known| known.0 != bytes)))
    }

    async fn is_trusted_identity(
        &self,
        _: &ProtocolAddress,
        _: &IdentityKey,
        _: Direction,
    ) -> Result<bool> {
        Ok(true)
    }

    async fn get_identity(&self, address: &ProtocolAddress) -> Result<Option<IdentityKey>> {
        self.known.get(&address.to_string()).map(|bytes| IdentityKey::decode(&bytes.0)).transpose()
    }
}

#[async_trait]
impl SessionStore for Sessions {
    async fn load_session(&self, address: &ProtocolAddress) -> Result<Option<SessionRecord>> {
        Ok(self.0.get(address.as_str()).cloned())
    }

    async fn has_session(&self, address: &ProtocolAddress) -> Result<bool> {
        Ok(self.0.contains_key(address.as_str()))
    }

    async fn store_session(
        &mut self,
        address: &ProtocolAddress,
        record: SessionRecord,
    ) -> Result<()> {
        self.0.insert(address.as_str().to_owned(), record);
        Ok(())
    }
}

#[async_trait]
impl PreKeyStore for OneTimeKeys {
    async fn get_pre_key(&self, id: PreKeyId) -> Result<PreKeyRecord> {
        let key = self.keys.get(&u32::from(id));
        key.map(|key| PreKeyRecord::new(id, &key.0)).ok_or(SignalProtocolError::InvalidPreKeyId)
    }

    // Keys are made by `issue` only.
    async fn save_pre_key(&mut self, _: PreKeyId, _: &PreKeyRecord) -> Result<()> {
        Ok(())
    }

    async fn remove_pre_key(&mut self, id: PreKeyId) -> Result<()> {
        self.keys.remove(&u32::from(id));
        Ok(())
    }
}

#[async_trait]
impl SignedPreKeyStore for OwnSignedPreKey {
    async fn get_signed_pre_key(&self, id: SignedPreKeyId) -> Result<SignedPreKeyRecord> {
        let made = Timestamp::from_epoch_millis(0);
        Ok(SignedPreKeyRecord::new(id, made, &self.key, &self.signature))
    }

    // There is one, made with the phone.
    async fn save_signed_pre_key(
        &mut self,
        _: SignedPreKeyId,
        _: &SignedPreKeyRecord,
    ) -> Result<()> {
        Ok(())
    }
}
