//! `contactMessage` and `contactsArrayMessage`.

use siskin_model::Content;
use siskin_model::message::Card;
use wa::message::ContactMessage;
use waproto::whatsapp as wa;

use super::kind::Kind;
use super::media::text;

pub(super) const ONE: Kind = Kind {
    read: |message, _| Some(Content::Contact(card(message.contact_message.as_option()?))),
    context: |message| message.contact_message.as_option()?.context_info.as_option(),
};

pub(super) const SEVERAL: Kind = Kind {
    read: |message, _| {
        let contacts = &message.contacts_array_message.as_option()?.contacts;
        Some(Content::Contacts(contacts.iter().map(card).collect()))
    },
    context: |message| message.contacts_array_message.as_option()?.context_info.as_option(),
};

fn card(contact: &ContactMessage) -> Card {
    Card { display_name: text(&contact.display_name), vcard: text(&contact.vcard) }
}

pub(super) fn build(card: &Card) -> wa::Message {
    let contact = ContactMessage {
        display_name: Some(card.display_name.clone()),
        vcard: Some(card.vcard.clone()),
        ..Default::default()
    };
    wa::Message { contact_message: buffa::MessageField::some(contact), ..Default::default() }
}
