//! What a bubble shows of what a message says.

use siskin_green_api::View;
use siskin_green_api::markers::UNDECRYPTABLE;
use siskin_model::message::{
    ButtonsResponse, Card, Content, ExtendedText, FileContent, FileKind, List, ListResponse,
    Location, Poll, Template, TemplateAction, TemplateReply,
};
use siskin_model::{ChatId, InstanceId};

use crate::words::{line, text};

/// How long the base64 of a small picture may be, in characters.
const LARGEST_THUMBNAIL: usize = 64 * 1024;
/// From how many bytes or lines on a text scrolls inside its bubble.
const LONG: usize = 1200;
const LONG_LINES: usize = 16;
/// How many contacts, options or buttons of one message are shown.
const MOST: usize = 30;

/// The parts of a bubble, each where the message has it.
#[derive(Default)]
pub(super) struct Parts {
    pub media: Option<Media>,
    pub preview: Option<Preview>,
    pub place: Option<Place>,
    pub title: String,
    pub text: String,
    pub contacts: Vec<Contact>,
    pub choices: Vec<Choice>,
    /// Whether several choices may be taken; `None`: the message is no poll.
    pub multiple: Option<bool>,
    pub buttons: Vec<String>,
    pub footer: String,
    /// The key of what stands in place of what cannot be shown.
    pub note: Option<&'static str>,
}

pub(super) struct Media {
    /// `image`, `sticker`, `video`, `audio` or `document`.
    pub kind: &'static str,
    /// Where it is; `None`: it is not kept here.
    pub source: Option<String>,
    /// A small JPEG, base64.
    pub thumbnail: Option<String>,
    pub name: String,
}

pub(super) struct Preview {
    pub title: String,
    pub description: String,
    pub thumbnail: Option<String>,
}

pub(super) struct Place {
    pub name: String,
    pub address: String,
    pub coordinates: String,
    pub thumbnail: Option<String>,
}

pub(super) struct Contact {
    pub name: String,
    pub number: String,
}

/// An option of a poll.
pub(super) struct Choice {
    pub text: String,
    pub votes: usize,
}

impl Parts {
    pub fn of(instance: InstanceId, content: &Content) -> Self {
        match content {
            Content::Text(plain) if plain.text == UNDECRYPTABLE => Self::note("chat.unreadable"),
            Content::Text(plain) => Self::text(&plain.text),
            Content::ExtendedText(extended) => Self::extended(extended),
            Content::File(file) => Self::file(instance, file),
            Content::Location(location) => Self::place(location),
            Content::Contact(card) => Self { contacts: vec![contact(card)], ..Self::default() },
            Content::Contacts(cards) => {
                Self { contacts: cards.iter().take(MOST).map(contact).collect(), ..Self::default() }
            }
            Content::Poll(poll) => Self::poll(poll),
            Content::GroupInvite(invite) => Self {
                title: line(&invite.group_name),
                text: text(&invite.caption),
                note: Some("chat.invite"),
                ..Self::default()
            },
            Content::Edited(_) => Self::note("chat.edited_another"),
            Content::Deleted(_) => Self::note("chat.deleted_another"),
            Content::Reaction(reaction) => Self::text(&reaction.text),
            Content::PollUpdate(update) => {
                Self { title: line(&update.name), ..Self::note("chat.voted") }
            }
            Content::Unsupported(other) => {
                Self { text: text(&other.text), ..Self::note("chat.unsupported") }
            }
            buttons => Self::with_buttons(buttons),
        }
    }

    /// What stands in place of a message that was taken back.
    pub fn deleted() -> Self {
        Self::note("chat.deleted")
    }

    pub fn text(plain: &str) -> Self {
        Self { text: text(plain), ..Self::default() }
    }

    fn note(key: &'static str) -> Self {
        Self { note: Some(key), ..Self::default() }
    }

    fn extended(extended: &ExtendedText) -> Self {
        let preview = (!extended.title.is_empty()).then(|| Preview {
            title: line(&extended.title),
            description: line(&extended.description),
            thumbnail: thumbnail(&extended.thumbnail),
        });
        Self { preview, ..Self::text(&extended.text) }
    }

    fn file(instance: InstanceId, file: &FileContent) -> Self {
        let media = Media {
            kind: match file.kind {
                FileKind::Image => "image",
                FileKind::Sticker => "sticker",
                FileKind::Video => "video",
                FileKind::Audio => "audio",
                FileKind::Document => "document",
            },
            source: source(instance, file),
            thumbnail: thumbnail(&file.thumbnail),
            name: line(&file.file_name),
        };
        let note = file.too_large.then_some("chat.too_large");
        Self { media: Some(media), note, ..Self::text(&file.caption) }
    }

    fn place(location: &Location) -> Self {
        let place = Place {
            name: line(&location.name),
            address: line(&location.address),
            coordinates: format!("{:.5}, {:.5}", location.latitude, location.longitude),
            thumbnail: thumbnail(&location.thumbnail),
        };
        Self { place: Some(place), ..Self::default() }
    }

    fn poll(poll: &Poll) -> Self {
        let choices = poll.options.iter().take(MOST);
        Self {
            title: line(&poll.name),
            choices: choices.map(|text| Choice { text: line(text), votes: 0 }).collect(),
            multiple: Some(poll.multiple_answers),
            ..Self::default()
        }
    }

    fn with_buttons(content: &Content) -> Self {
        let (title, body, footer, labels): (&str, &str, &str, Vec<&str>) = match content {
            Content::Buttons(b) => {
                let labels = b.buttons.iter().map(|button| button.button_text.as_str());
                ("", &b.content_text, &b.footer, labels.collect())
            }
            Content::InteractiveButtons(b) => {
                let labels = b.buttons.iter().map(|button| button.button_text.as_str());
                (&b.title_text, &b.content_text, &b.footer_text, labels.collect())
            }
            Content::InteractiveButtonsReply(b) => {
                let labels = b.buttons.iter().map(|button| button.button_text.as_str());
                (&b.title_text, &b.content_text, &b.footer_text, labels.collect())
            }
            Content::Template(template) => {
                (&template.title_text, &template.content_text, &template.footer, labels(template))
            }
            Content::List(list) => (&list.title, &list.content_text, &list.footer, rows(list)),
            Content::ButtonsResponse(ButtonsResponse { selected_button_text: text, .. })
            | Content::TemplateReply(TemplateReply { selected_display_text: text, .. })
            | Content::ListResponse(ListResponse { title: text, .. }) => ("", text, "", Vec::new()),
            _ => Default::default(),
        };
        Self {
            title: line(title),
            text: text(body),
            buttons: labels_of(labels),
            footer: line(footer),
            ..Self::default()
        }
    }

    /// Whether the text gets a scrollbar of its own.
    pub fn is_long(&self) -> bool {
        self.text.len() > LONG || self.text.lines().count() > LONG_LINES
    }

    /// How long the bar of a full vote is.
    pub fn most_votes(&self) -> usize {
        self.choices.iter().map(|choice| choice.votes).max().unwrap_or(0).max(1)
    }

    /// Counts what has been voted for: the options of each voter.
    pub fn count_votes<'a>(&mut self, voted: impl Iterator<Item = &'a String>) {
        for option in voted {
            let option = line(option);
            if let Some(choice) = self.choices.iter_mut().find(|choice| choice.text == option) {
                choice.votes += 1;
            }
        }
    }
}

fn labels_of(labels: Vec<&str>) -> Vec<String> {
    labels.into_iter().take(MOST).map(line).collect()
}

fn labels(template: &Template) -> Vec<&str> {
    let label = |action| match action {
        &TemplateAction::UrlButton { ref display_text, .. }
        | &TemplateAction::CallButton { ref display_text, .. }
        | &TemplateAction::QuickReplyButton { ref display_text, .. } => display_text.as_str(),
    };
    template.buttons.iter().map(|button| label(&button.action)).collect()
}

fn rows(list: &List) -> Vec<&str> {
    let rows = list.sections.iter().flat_map(|section| &section.rows);
    rows.map(|row| row.title.as_str()).collect()
}

/// Where the file can be downloaded: at this host, by whatever name the reader reached it.
fn source(instance: InstanceId, file: &FileContent) -> Option<String> {
    let token = file.file.as_ref().filter(|_| !file.too_large)?;
    let view = View { base_url: "", instance, address: &ChatId::clone };
    let name = if file.file_name.is_empty() { "file" } else { file.file_name.as_str() };
    Some(view.file_url(token, name))
}

/// A small picture, if it is one that a page can have in it.
fn thumbnail(base64: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"+/=".contains(&b);
    let fits = !base64.is_empty() && base64.len() <= LARGEST_THUMBNAIL && base64.bytes().all(plain);
    fits.then(|| base64.to_owned())
}

fn contact(card: &Card) -> Contact {
    Contact { name: line(&card.display_name), number: number_of(&card.vcard) }
}

/// The first telephone number of a vCard.
fn number_of(vcard: &str) -> String {
    let tel = vcard.lines().find_map(|field| {
        let (name, value) = field.split_once(':')?;
        let name = name.rsplit('.').next()?.split(';').next()?;
        name.eq_ignore_ascii_case("TEL").then_some(value)
    });
    tel.map(line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vcard_gives_its_number() {
        let vcard = "BEGIN:VCARD\nFN:Ben\nitem1.TEL;waid=15550100002:+1 555 010 0002\nEND:VCARD";
        assert_eq!(number_of(vcard), "+1 555 010 0002");
        assert_eq!(number_of("TEL"), "");
    }

    #[test]
    fn only_base64_gets_into_the_address_of_a_picture() {
        assert_eq!(thumbnail("/9j/4AA="), Some("/9j/4AA=".to_owned()));
        assert_eq!(thumbnail("x\" onerror=\"alert(1)"), None);
        assert_eq!(thumbnail(""), None);
        assert_eq!(thumbnail(&"A".repeat(LARGEST_THUMBNAIL + 1)), None);
    }
}
