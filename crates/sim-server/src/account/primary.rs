//! What the server asks of an account's primary device, its phone, and what it gives to it.
//!
//! The phone has the private keys; the server has what others may see. This is all that the
//! server knows of it.

use std::sync::Arc;

use async_trait::async_trait;
use wacore_binary::Node;

use super::{Account, DeviceKeys};
use crate::error::Error;

/// The primary device of an account: device 0.
///
/// Methods may be called while the account is locked, but for [`PrimaryDevice::take`],
/// [`PrimaryDevice::take_from_companion`] and [`PrimaryDevice::companion_ready`], which call the
/// server in turn.
#[async_trait]
pub trait PrimaryDevice: Send + Sync {
    /// Takes a stanza that came for it, and answers it.
    async fn take(self: Arc<Self>, stanza: &Node);

    /// Takes what one of its linked devices sends to it alone: a peer message, or a receipt that
    /// asks for a lost file. Also when the phone is off the network.
    ///
    /// # Errors
    /// When it cannot answer.
    async fn take_from_companion(self: Arc<Self>, device: u16, stanza: &Node) -> Result<(), Error>;

    /// A linked device has uploaded its keys, or wants what happens from now on.
    ///
    /// # Errors
    /// When the phone cannot encrypt to it.
    async fn companion_ready(self: Arc<Self>, device: u16) -> Result<(), Error>;

    /// A device is not linked any more. `key_index` is the one that the phone gave to it.
    async fn companion_removed(&self, device: u16, key_index: u32);

    /// The public half of its identity key.
    fn identity(&self) -> [u8; 32];

    /// Its public keys with one fresh one-time key.
    async fn offer_keys(&self) -> DeviceKeys;

    /// The signed list of the key indexes of all devices, by which others check a device list.
    ///
    /// # Errors
    /// When it cannot be signed.
    async fn key_index_list(&self) -> Result<Vec<u8>, Error>;

    /// The certificate of the name of a business account: its serial, and the encoded
    /// `VerifiedNameCertificate`.
    ///
    /// # Errors
    /// When it cannot be signed.
    async fn name_certificate(&self, name: &str) -> Result<(u32, Vec<u8>), Error>;

    /// The chats that it has, as [`super::AccountCell::chat_id`] names them.
    fn chats(&self) -> Vec<String>;

    /// Writes the account's file, which holds what the phone keeps as well; on return it is on
    /// disk.
    ///
    /// # Errors
    /// When it cannot be written.
    async fn save(&self, account: &Account) -> Result<(), Error>;
}
