//! A phone as its server sees it.

use std::sync::Arc;

use async_trait::async_trait;
use siskin_sim_server::account::{Account, DeviceKeys, PrimaryDevice};
use siskin_sim_server::error::Error;
use siskin_sim_server::node::NodeExt as _;
use wacore_binary::{JidExt as _, Node};

use crate::client::Client;
use crate::phone::Phone;
use crate::{companions, history, messages, requests};

#[async_trait]
impl PrimaryDevice for Phone {
    async fn take(self: Arc<Self>, stanza: &Node) {
        let Some(client) = Client::of(self) else {
            return;
        };
        match stanza.tag.as_ref() {
            "message" if stanza.jid("from").is_some_and(|from| from.is_group()) => {
                messages::take_in_group(&client, stanza).await;
            }
            "message" => messages::take(&client, stanza).await,
            "receipt" => messages::take_receipt(&client, stanza).await,
            "chatstate" => messages::take_chatstate(&client, stanza),
            // The network knows the state of every call.
            "call" => client.phone.chats.touch(),
            _ => {}
        }
    }

    async fn take_from_companion(self: Arc<Self>, device: u16, stanza: &Node) -> Result<(), Error> {
        match Client::of(self) {
            Some(client) if stanza.tag == "receipt" => {
                requests::upload_again(&client, device, stanza).await;
                Ok(())
            }
            Some(client) => requests::answer(&client, device, stanza).await,
            None => Ok(()),
        }
    }

    async fn companion_ready(self: Arc<Self>, device: u16) -> Result<(), Error> {
        let Some(client) = Client::of(self) else {
            return Ok(());
        };
        companions::share_app_state_key(&client, device).await?;
        history::begin(&client, device).await;
        Ok(())
    }

    async fn companion_removed(&self, device: u16, key_index: u32) {
        self.lock().await.remove_companion(self.number(), device, key_index);
    }

    fn identity(&self) -> [u8; 32] {
        self.identity
    }

    async fn offer_keys(&self) -> DeviceKeys {
        self.lock().await.offer_keys()
    }

    async fn key_index_list(&self) -> Result<Vec<u8>, Error> {
        Ok(self.lock().await.identity.key_index_list()?)
    }

    async fn name_certificate(&self, name: &str) -> Result<(u32, Vec<u8>), Error> {
        Ok(self.lock().await.identity.name_certificate(name)?)
    }

    fn chats(&self) -> Vec<String> {
        self.chats.overview().into_iter().map(|chat| chat.chat_id).collect()
    }

    async fn save(&self, account: &Account) -> Result<(), Error> {
        self.write_to_disk(account).await
    }
}
