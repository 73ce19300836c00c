//! The engine's store behind a [`Fence`]: each of its traits, call by call.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use wacore::appstate::hash::HashState;
use wacore::appstate::processor::AppStateMutationMAC;
use wacore::stats::StorageResourceReport;
use wacore::store::Device;
use wacore::store::error::{Result, StoreError};
use wacore::store::traits::{
    AppStateSyncKey, AppSyncStore, DeviceListRecord, DeviceStore, LidPnMappingEntry,
    MsgSecretEntry, MsgSecretStore, PendingInboundKey, PendingInboundRow, ProtocolStore,
    SignalStore, TcTokenEntry,
};
use whatsapp_rust::store::SqliteStore;

use super::fence::Fence;
use super::unwritten::Unwritten;

/// The keys of one session. From the first failure on, it writes nothing more.
pub(crate) struct FencedStore {
    pub(super) inner: SqliteStore,
    pub(super) fence: Arc<Fence>,
    pub(super) unwritten: Arc<Unwritten>,
}

impl FencedStore {
    async fn read<T>(&self, reading: impl Future<Output = Result<T>>) -> Result<T> {
        reading.await.inspect_err(|error| {
            if is_of_disk(error) {
                self.fence.close(&chain(error));
            }
        })
    }

    /// Writes, unless the fence is closed or closes while others are written: what waits for
    /// its turn then must not come after what the next session writes.
    async fn write<T>(&self, writing: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            () = self.fence.closed() => {
                Err(StoreError::Io(std::io::Error::other("the session is ahead of the disk")))
            }
            written = self.read(writing) => written,
        }
    }

    /// Keeps decrypted messages until they are ours. Those that cannot be written are kept in
    /// memory for the next session: their ratchet may be on disk already, written a moment
    /// before for another message, and what WhatsApp sends again counts as seen then.
    async fn keep(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        let kept = self.write(self.inner.store_pending_inbound_batch(rows)).await;
        if kept.is_err() {
            self.unwritten.add(rows);
        }
        kept
    }
}

/// Whether the disk is to blame, or the database, and not what was asked of it.
pub(super) fn is_of_disk(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Io(_)
            | StoreError::Connection(_)
            | StoreError::Database(_)
            | StoreError::Migration(_)
            | StoreError::RetriesExhausted { .. }
    )
}

/// An error with its causes: by itself, the engine's says only where it happened.
pub(super) fn chain(error: &StoreError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// Implements a trait of the engine's by what the store behind the fence does.
macro_rules! fenced {
    ($store:ident {
        $($access:ident $name:ident($($argument:ident: $type:ty),*) -> $answer:ty;)*
    } $($own:tt)*) => {
        #[async_trait]
        impl $store for FencedStore {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$answer> {
                self.$access($store::$name(&self.inner, $($argument),*)).await
            })*
            $($own)*
        }
    };
}

fenced!(SignalStore {
    write put_identity(address: &str, key: [u8; 32]) -> ();
    write put_identities_batch(identities: &[(Arc<str>, [u8; 32])]) -> ();
    read load_identity(address: &str) -> Option<[u8; 32]>;
    write delete_identity(address: &str) -> ();
    read get_session(address: &str) -> Option<Bytes>;
    write put_session(address: &str, session: &[u8]) -> ();
    write put_sessions_batch(sessions: &[(Arc<str>, Bytes)]) -> ();
    write delete_session(address: &str) -> ();
    read has_session(address: &str) -> bool;
    read has_signal_state_for_user(user: &str) -> bool;
    write store_prekey(id: u32, record: &[u8], uploaded: bool) -> ();
    write store_prekeys_batch(keys: &[(u32, Bytes)], uploaded: bool) -> ();
    read load_prekey(id: u32) -> Option<Bytes>;
    read load_prekeys_batch(ids: &[u32]) -> Vec<(u32, Bytes)>;
    write mark_prekeys_uploaded(ids: &[u32]) -> ();
    write remove_prekey(id: u32) -> ();
    read get_max_prekey_id() -> u32;
    write store_signed_prekey(id: u32, record: &[u8]) -> ();
    read load_signed_prekey(id: u32) -> Option<Vec<u8>>;
    read load_all_signed_prekeys() -> Vec<(u32, Vec<u8>)>;
    write remove_signed_prekey(id: u32) -> ();
    write put_sender_key(address: &str, record: &[u8]) -> ();
    write put_sender_keys_batch(sender_keys: &[(Arc<str>, Bytes)]) -> ();
    read get_sender_key(address: &str) -> Option<Vec<u8>>;
    write delete_sender_key(address: &str) -> ();
});

fenced!(AppSyncStore {
    read get_sync_key(key_id: &[u8]) -> Option<AppStateSyncKey>;
    write set_sync_key(key_id: &[u8], key: AppStateSyncKey) -> ();
    read get_version(name: &str) -> HashState;
    write set_version(name: &str, state: HashState) -> ();
    write put_mutation_macs(name: &str, version: u64, mutations: &[AppStateMutationMAC]) -> ();
    read get_mutation_mac(name: &str, index_mac: &[u8]) -> Option<Vec<u8>>;
    read get_mutation_macs(name: &str, index_macs: &[[u8; 32]]) -> HashMap<[u8; 32], Vec<u8>>;
    write delete_mutation_macs(name: &str, index_macs: &[Vec<u8>]) -> ();
    write clear_mutation_macs(name: &str) -> ();
    read get_latest_sync_key_id() -> Option<Vec<u8>>;
});

fenced!(ProtocolStore {
    read get_sender_key_devices(group_jid: &str) -> Vec<(String, bool)>;
    write set_sender_key_status(group_jid: &str, entries: &[(&str, bool)]) -> ();
    write clear_sender_key_devices(group_jid: &str) -> ();
    write delete_sender_key_device_rows(device_jids: &[&str]) -> ();
    write clear_all_sender_key_devices() -> ();
    read get_lid_mapping(lid: &str) -> Option<LidPnMappingEntry>;
    read get_pn_mapping(phone: &str) -> Option<LidPnMappingEntry>;
    write put_lid_mapping(entry: &LidPnMappingEntry) -> ();
    write put_lid_mappings(entries: &[LidPnMappingEntry]) -> ();
    read get_all_lid_mappings() -> Vec<LidPnMappingEntry>;
    write save_base_key(address: &str, message_id: &str, base_key: &[u8]) -> ();
    read has_same_base_key(address: &str, message_id: &str, current_base_key: &[u8]) -> bool;
    write delete_base_key(address: &str, message_id: &str) -> ();
    write update_device_list(record: DeviceListRecord) -> ();
    write update_device_lists(records: Vec<DeviceListRecord>) -> ();
    read get_devices(user: &str) -> Option<DeviceListRecord>;
    write delete_devices(user: &str) -> ();
    read get_group_metadata(group_jid: &str) -> Option<Vec<u8>>;
    write put_group_metadata(group_jid: &str, blob: &[u8]) -> ();
    write delete_group_metadata(group_jid: &str) -> ();
    read get_tc_token(jid: &str) -> Option<TcTokenEntry>;
    write put_tc_token(jid: &str, entry: &TcTokenEntry) -> ();
    write delete_tc_token(jid: &str) -> ();
    read get_all_tc_token_jids() -> Vec<String>;
    write delete_expired_tc_tokens(token_cutoff: i64, sender_cutoff: i64) -> u32;
    write touch_tc_token_sender_timestamp(jid: &str, sender_timestamp: i64) -> ();
    write store_received_tc_token(jid: &str, token: &[u8], token_timestamp: i64) -> ();
    write store_sent_message(chat_jid: &str, message_id: &str, payload: &[u8]) -> ();
    write take_sent_message(chat_jid: &str, message_id: &str) -> Option<Vec<u8>>;
    write delete_expired_sent_messages(cutoff_timestamp: i64) -> u32;
    read get_pending_inbound(chat: &str, sender: &str, id: &str) -> Option<Vec<u8>>;
    write delete_pending_inbound(chat: &str, sender: &str, id: &str) -> ();
    write delete_expired_pending_inbound(cutoff_timestamp: i64) -> u32;
    write delete_pending_inbound_batch(keys: &[PendingInboundKey<'_>]) -> ();
}
    async fn store_pending_inbound(
        &self,
        chat: &str,
        sender: &str,
        id: &str,
        message: &[u8],
    ) -> Result<()> {
        self.keep(&[PendingInboundRow { chat, sender, id, message }]).await
    }

    async fn store_pending_inbound_batch(&self, rows: &[PendingInboundRow<'_>]) -> Result<()> {
        self.keep(rows).await
    }
);

fenced!(DeviceStore {
    write save(device: &Device) -> ();
    read load() -> Option<Device>;
    read exists() -> bool;
    write create() -> i32;
    write snapshot_db(name: &str, extra_content: Option<&[u8]>) -> ();
}
    async fn resource_report(&self) -> StorageResourceReport {
        self.inner.resource_report().await
    }
);

fenced!(MsgSecretStore {
    write put_msg_secret(chat: &str, sender: &str, msg_id: &str, secret: &[u8; 32]) -> ();
    write put_msg_secrets(entries: Vec<MsgSecretEntry>) -> usize;
    read get_msg_secret(chat: &str, sender: &str, msg_id: &str) -> Option<Vec<u8>>;
    read get_msg_secret_with_ts(chat: &str, sender: &str, msg_id: &str) -> Option<(Vec<u8>, i64)>;
    write delete_expired_msg_secrets(cutoff_timestamp: i64) -> u32;
});
