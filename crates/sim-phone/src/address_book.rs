//! The address book of a phone, which its devices share.

use siskin_sim_server::devices::announce_app_state;
use siskin_sim_server::error::Refusal;
use wacore_binary::Jid;

use crate::app_state::Contact;
use crate::client::Client;

/// Entries of an address book.
const MAX_CONTACTS: usize = 20_000;

/// All contacts, by JID.
pub async fn contacts(client: &Client) -> Vec<Contact> {
    let account = client.account.lock().await;
    client.phone.lock().await.settings.contacts(&account.app_state)
}

/// Writes a contact. `lid` is its other name, where it is known.
///
/// # Errors
/// When there are as many as there can be.
pub async fn save(client: &Client, contact: Contact, lid: Option<Jid>) -> Result<(), Refusal> {
    let mut account = client.account.lock().await;
    let mut state = client.phone.lock().await;
    if state.settings.contacts(&account.app_state).len() >= MAX_CONTACTS {
        return Err(Refusal::conflict(
            format!("The phone has {MAX_CONTACTS} contacts already."),
            "Delete some first.",
        ));
    }
    let changed = state.settings.save_contact(&mut account.app_state, contact, lid);
    client.account.mark_changed();
    announce_app_state(&client.account, &mut account, 0, &[changed]);
    Ok(())
}

/// Takes a contact away. `false` when there is none.
pub async fn remove(client: &Client, jid: &Jid) -> bool {
    let mut account = client.account.lock().await;
    let mut state = client.phone.lock().await;
    let Some(changed) = state.settings.remove_contact(&mut account.app_state, jid) else {
        return false;
    };
    client.account.mark_changed();
    announce_app_state(&client.account, &mut account, 0, &[changed]);
    true
}
