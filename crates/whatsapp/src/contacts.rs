use async_trait::async_trait;
use siskin_fleet::port::{Contacts, SendError};
use siskin_model::{Address, ChatId};
use whatsapp_rust::Client;

use crate::addresses::Addresses;
use crate::devices;
use crate::failure;
use crate::jid::{address_of, jid_of};
use crate::session::EngineSession;

#[async_trait]
impl Contacts for EngineSession {
    async fn account(&self, person: &ChatId) -> Result<Option<Address>, SendError> {
        self.fenced(async {
            if let Some(known) = self.accounts.get(person) {
                return Ok(Some(known));
            }
            let account = match person.is_lid() {
                true => account_of_lid(person, &self.client, &self.addresses).await?,
                false => account_of_number(person, &self.client).await?,
            };
            // Who has none may get one any time, and how a number is spelled is kept elsewhere.
            if let Some(account) = account.as_ref().filter(|account| account.names(person)) {
                self.accounts.put(person, account.clone());
            }
            Ok(account)
        })
        .await
    }
}

/// WhatsApp has no question for whose a LID is: it knows the devices of an account that there
/// is.
async fn account_of_lid(
    lid: &ChatId,
    client: &Client,
    addresses: &Addresses,
) -> Result<Option<Address>, SendError> {
    if devices::listed(lid, client).await?.is_empty() && !devices::can_read(lid, client).await? {
        return Ok(None);
    }
    let other = addresses.counterpart(lid).await;
    Ok(Some(Address { id: lid.clone(), other }))
}

/// WhatsApp's answer names the account, by LID or by the number as it spells it.
async fn account_of_number(number: &ChatId, client: &Client) -> Result<Option<Address>, SendError> {
    let answers = client.contacts().is_on_whatsapp(&[jid_of(number)]).await;
    let answers = answers.map_err(|error| failure::of(&error, number))?;
    let answer = answers.first().filter(|answer| answer.is_registered);
    Ok(answer.and_then(|answer| {
        let other = if answer.jid.is_lid() { &answer.pn_jid } else { &answer.lid };
        address_of(&answer.jid, other.as_ref())
    }))
}
