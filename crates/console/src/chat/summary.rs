use siskin_model::message::{Content, FileKind};

use super::parts::Parts;
use crate::texts::Texts;
use crate::words::line;
use siskin_model::InstanceId;

/// A message in one line: for the list of chats, quotes and whoever only hears the page.
pub(super) fn summary(t: Texts, content: &Content) -> String {
    match content {
        Content::File(file) => {
            let kind = t.say(match file.kind {
                FileKind::Image => "chat.image",
                FileKind::Sticker => "chat.sticker",
                FileKind::Video => "chat.video",
                FileKind::Audio => "chat.audio",
                FileKind::Document => "chat.document",
            });
            let is_named = file.kind == FileKind::Document && file.caption.is_empty();
            let more = if is_named { file.file_name.as_str() } else { &file.caption };
            labelled(kind, &line(more))
        }
        Content::Location(location) => labelled(t.say("chat.location"), &line(&location.name)),
        Content::Contact(card) => labelled(t.say("chat.contact"), &line(&card.display_name)),
        Content::Contacts(_) => t.say("chat.contacts").to_owned(),
        Content::Poll(poll) => labelled(t.say("chat.poll"), &line(&poll.name)),
        Content::Reaction(reaction) if reaction.text.is_empty() => {
            t.say("chat.reaction_gone").to_owned()
        }
        Content::Reaction(reaction) => labelled(t.say("chat.reaction"), &line(&reaction.text)),
        other => {
            let parts = Parts::of(InstanceId::FIRST, other);
            let text = line(if parts.text.is_empty() { &parts.title } else { &parts.text });
            match parts.note {
                Some(note) => labelled(t.say(note), &text),
                None => text,
            }
        }
    }
}

fn labelled(label: &str, text: &str) -> String {
    if text.is_empty() { label.to_owned() } else { format!("{label}: {text}") }
}

#[cfg(test)]
mod tests {
    use siskin_model::message::{FileContent, Text};

    use super::*;
    use crate::language::Language;

    #[test]
    fn a_file_is_told_by_what_it_is() {
        let t = Texts::of(Language::English);
        let mut file = FileContent {
            kind: FileKind::Image,
            file: None,
            too_large: false,
            caption: "The\nbeach".to_owned(),
            file_name: "1.jpg".into(),
            mime_type: "image/jpeg".into(),
            thumbnail: String::new(),
            is_animated: false,
        };
        assert_eq!(summary(t, &Content::File(file.clone())), "Picture: The beach");
        file.caption.clear();
        assert_eq!(summary(t, &Content::File(file.clone())), "Picture");
        file.kind = FileKind::Document;
        assert_eq!(summary(t, &Content::File(file)), "Document: 1.jpg");
    }

    #[test]
    fn a_text_is_told_by_itself() {
        let text = Content::Text(Text { text: "Hi\nthere".to_owned(), is_template: false });
        assert_eq!(summary(Texts::of(Language::English), &text), "Hi there");
    }
}
