//! The address book: app state that phone and devices share.

use siskin_sim_server::account::AppState;
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use waproto::whatsapp::sync_action_value::ContactAction;

use super::{Change, Settings};

const COLLECTION: &str = "critical_unblock_low";
const KIND: &str = "contact";
/// The version of contact actions.
const VERSION: i32 = 2;

/// An entry of the address book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// By number, or by LID where the number is not known.
    pub jid: Jid,
    /// What the owner calls the person.
    pub name: String,
    /// The first name, if it is known.
    pub first_name: Option<String>,
}

impl Settings {
    /// The address book, by JID.
    pub(crate) fn contacts(&mut self, patches: &AppState) -> Vec<Contact> {
        let settings = self.of_kind(patches, COLLECTION, KIND).into_iter();
        let contact = |(about, value): (Vec<String>, wa::SyncActionValue)| {
            let action = value.contact_action.as_option()?;
            Some(Contact {
                jid: about.first()?.parse().ok()?,
                name: action.full_name.clone().unwrap_or_default(),
                first_name: action.first_name.clone(),
            })
        };
        settings.filter_map(contact).collect()
    }

    /// Writes a contact. `lid` is its other name, where it is known. Gives the collection's
    /// name and new version.
    pub(crate) fn save_contact(
        &mut self,
        patches: &mut AppState,
        contact: Contact,
        lid: Option<Jid>,
    ) -> (String, u64) {
        let value = wa::SyncActionValue {
            contact_action: ContactAction {
                full_name: Some(contact.name),
                first_name: contact.first_name,
                lid_jid: lid.map(|lid| lid.to_string()),
                save_on_primary_addressbook: Some(true),
                ..Default::default()
            }
            .into(),
            ..Default::default()
        };
        self.write_contact(patches, &contact.jid, Some(value))
    }

    /// Takes a contact away. `None` when there is none.
    pub(crate) fn remove_contact(
        &mut self,
        patches: &mut AppState,
        jid: &Jid,
    ) -> Option<(String, u64)> {
        let known = self.contacts(patches).iter().any(|contact| contact.jid == *jid);
        known.then(|| self.write_contact(patches, jid, None))
    }

    fn write_contact(
        &mut self,
        patches: &mut AppState,
        jid: &Jid,
        value: Option<wa::SyncActionValue>,
    ) -> (String, u64) {
        let index = vec![KIND.to_owned(), jid.to_string()];
        let change = Change { index, version: VERSION, value };
        (COLLECTION.to_owned(), self.write(patches, COLLECTION, change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(user: &str, name: &str) -> Contact {
        Contact { jid: Jid::pn(user), name: name.to_owned(), first_name: None }
    }

    #[test]
    fn the_last_word_about_a_contact_counts() {
        let (mut settings, mut patches) = (Settings::new(), AppState::default());
        settings.save_contact(&mut patches, contact("1", "Ben"), None);
        settings.save_contact(&mut patches, contact("2", "Chloe"), None);
        assert_eq!(settings.save_contact(&mut patches, contact("1", "Benjamin"), None).1, 3);
        assert!(settings.remove_contact(&mut patches, &Jid::pn("2")).is_some());
        assert!(settings.remove_contact(&mut patches, &Jid::pn("2")).is_none());
        assert_eq!(settings.contacts(&patches), [contact("1", "Benjamin")]);
    }
}
