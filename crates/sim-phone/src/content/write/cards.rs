//! Texts, places, contacts, polls and invitations.

use buffa::MessageField;
use serde::Deserialize;
use siskin_sim_server::error::Refusal;
use siskin_sim_server::parse_phone_number;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::extended_text_message::PreviewType;
use waproto::whatsapp::message::poll_creation_message::Option as PollOption;

use super::bytes::Bytes;

/// Choices in a poll, as WhatsApp limits them.
const POLL_OPTIONS: std::ops::RangeInclusive<usize> = 1..=12;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Text {
    text: String,
    preview: Option<Preview>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Preview {
    url: String,
    title: Option<String>,
    description: Option<String>,
    thumbnail: Option<Bytes>,
}

impl Text {
    pub(super) fn write(self) -> wa::Message {
        let Some(preview) = self.preview else {
            return wa::Message { conversation: Some(self.text), ..Default::default() };
        };
        let text = wa::message::ExtendedTextMessage {
            text: Some(self.text),
            matched_text: Some(preview.url),
            title: preview.title,
            description: preview.description,
            jpeg_thumbnail: Bytes::into_inner(preview.thumbnail),
            preview_type: Some(PreviewType::NONE),
            ..Default::default()
        };
        wa::Message { extended_text_message: MessageField::some(text), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Location {
    latitude: f64,
    longitude: f64,
    name: Option<String>,
    address: Option<String>,
    url: Option<String>,
    thumbnail: Option<Bytes>,
}

impl Location {
    pub(super) fn write(self) -> wa::Message {
        let location = wa::message::LocationMessage {
            degrees_latitude: Some(self.latitude),
            degrees_longitude: Some(self.longitude),
            name: self.name,
            address: self.address,
            url: self.url,
            jpeg_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        wa::Message { location_message: MessageField::some(location), ..Default::default() }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Contact {
    display_name: String,
    vcard: Option<String>,
    phone: Option<String>,
}

impl Contact {
    pub(super) fn write(self) -> Result<wa::Message, Refusal> {
        let contact = MessageField::some(self.card()?);
        Ok(wa::Message { contact_message: contact, ..Default::default() })
    }

    fn card(self) -> Result<wa::message::ContactMessage, Refusal> {
        let vcard = match (self.vcard, self.phone) {
            (Some(vcard), _) => vcard,
            (None, Some(phone)) => vcard(&self.display_name, &parse_phone_number(&phone)?),
            (None, None) => {
                return Err(Refusal::invalid(
                    "The contact has neither \"vcard\" nor \"phone\".",
                    "Give one of them.",
                ));
            }
        };
        Ok(wa::message::ContactMessage {
            display_name: Some(self.display_name),
            vcard: Some(vcard),
            ..Default::default()
        })
    }
}

/// A card as phones write it.
fn vcard(name: &str, number: &str) -> String {
    format!(
        "BEGIN:VCARD\nVERSION:3.0\nN:;{name};;;\nFN:{name}\n\
         TEL;type=CELL;type=VOICE;waid={number}:+{number}\nEND:VCARD"
    )
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Contacts {
    contacts: Vec<Contact>,
    display_name: Option<String>,
}

impl Contacts {
    pub(super) fn write(self) -> Result<wa::Message, Refusal> {
        let count = self.contacts.len();
        let cards = self.contacts.into_iter().map(Contact::card).collect::<Result<_, _>>()?;
        let contacts = wa::message::ContactsArrayMessage {
            display_name: Some(self.display_name.unwrap_or_else(|| format!("{count} contacts"))),
            contacts: cards,
            ..Default::default()
        };
        let contacts = MessageField::some(contacts);
        Ok(wa::Message { contacts_array_message: contacts, ..Default::default() })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Poll {
    name: String,
    options: Vec<String>,
    #[serde(default)]
    multiple_answers: bool,
}

impl Poll {
    pub(super) fn write(self) -> Result<wa::Message, Refusal> {
        if !POLL_OPTIONS.contains(&self.options.len()) {
            return Err(Refusal::invalid(
                format!("A poll cannot have {} options.", self.options.len()),
                format!("Give {} to {}.", POLL_OPTIONS.start(), POLL_OPTIONS.end()),
            ));
        }
        let option = |name| PollOption { option_name: Some(name), ..Default::default() };
        let poll = MessageField::some(wa::message::PollCreationMessage {
            name: Some(self.name),
            options: self.options.into_iter().map(option).collect(),
            selectable_options_count: Some(u32::from(!self.multiple_answers)),
            ..Default::default()
        });
        // Phones use one field for one answer and another for several.
        Ok(match self.multiple_answers {
            true => wa::Message { poll_creation_message: poll, ..Default::default() },
            false => wa::Message { poll_creation_message_v3: poll, ..Default::default() },
        })
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupInvite {
    group_id: String,
    invite_code: String,
    group_name: String,
    caption: Option<String>,
    invite_expiration: Option<i64>,
    thumbnail: Option<Bytes>,
}

impl GroupInvite {
    pub(super) fn write(self) -> wa::Message {
        let invite = wa::message::GroupInviteMessage {
            group_jid: Some(self.group_id),
            invite_code: Some(self.invite_code),
            group_name: Some(self.group_name),
            caption: self.caption,
            invite_expiration: self.invite_expiration,
            jpeg_thumbnail: Bytes::into_inner(self.thumbnail),
            ..Default::default()
        };
        wa::Message { group_invite_message: MessageField::some(invite), ..Default::default() }
    }
}
