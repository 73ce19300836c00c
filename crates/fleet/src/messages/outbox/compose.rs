//! What a message is made of beside its command.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use siskin_model::message::{Command, CustomPreview, Outgoing, Preview, PreviewImage, mentioned};
use siskin_model::{ChatId, Message, MessageId, Timer};

use super::Worker;
use super::leave::Hindrance;
use crate::engine::{LinkPreview, Mention, Parts, SendError};
use crate::previews::LARGEST_PICTURE;

impl Worker {
    pub(super) async fn parts(&self, outgoing: &Outgoing) -> Result<Parts, Hindrance> {
        let mut parts = Parts { timer: self.timer(outgoing).await?, ..Parts::default() };
        if let Some(id) = &outgoing.quoted {
            parts.quoted = self.quoted(&outgoing.chat, id).await?;
        }
        match &outgoing.command {
            Command::Text { text, preview } => parts.preview = self.preview(text, preview).await,
            Command::File(file) => {
                let path = self.instance.around.media.path(self.instance.id(), &file.file);
                parts.file = Some(path);
            }
            Command::Forward { from, message } => {
                let from = self.instance.kept(from).await?;
                let source = self.known(&from, message, "forwarded").await?;
                if let Err(why) = source.repeatable() {
                    let why = format!("{} is not forwarded", why.kind());
                    return Err(SendError::Impossible(why).into());
                }
                parts.source = Some(source);
            }
            Command::Edit { target, .. } => {
                let source = self.known(&outgoing.chat, target, "edited").await?;
                if source.is_deleted {
                    let why = "a deleted message is not edited".to_owned();
                    return Err(SendError::Impossible(why).into());
                }
                if source.at.plus(Message::EDITABLE) < self.instance.around.clock.now() {
                    return Err(SendError::Impossible("it waited too long".to_owned()).into());
                }
                parts.source = Some(source);
            }
            Command::Delete { target, .. } => {
                parts.source = Some(self.known(&outgoing.chat, target, "deleted").await?);
            }
            _ => {}
        }
        if outgoing.chat.is_group() {
            parts.mentions = self.mentions(&outgoing.command).await?;
        }
        Ok(parts)
    }

    /// Whom a text to a group may mention: whether they are members is known elsewhere.
    async fn mentions(&self, command: &Command) -> Result<Vec<Mention>, Hindrance> {
        let mut mentions = Vec::new();
        for number in mentioned(command.mentioning_text().unwrap_or_default()) {
            let mut people = Vec::new();
            for server in ["c.us", "lid"] {
                if let Some(person) = ChatId::parse(&format!("{number}@{server}")) {
                    people.push(self.instance.kept(&person).await?);
                }
            }
            mentions.push(Mention { number: number.to_owned(), people });
        }
        Ok(mentions)
    }

    /// A message that another one changes or copies: it was there when the other one was
    /// accepted.
    async fn known(&self, chat: &ChatId, id: &MessageId, what: &str) -> Result<Message, Hindrance> {
        let found = self.instance.known_message(chat, id).await?;
        let found = found.filter(|found| !found.is_waiting() && !found.never_left());
        let gone = || SendError::Impossible(format!("the message to be {what} is not there"));
        Ok(found.ok_or_else(gone)?)
    }

    /// A message that is answered. `None`: it was taken back, or never left, since the answer
    /// was accepted; the answer is worth reading without it.
    async fn quoted(
        &self,
        chat: &ChatId,
        id: &MessageId,
    ) -> Result<Option<Message>, siskin_store::StoreError> {
        let found = self.instance.known_message(chat, id).await?;
        Ok(found.filter(|found| {
            found.repeatable().is_ok() && !found.is_waiting() && !found.never_left()
        }))
    }

    /// After what time a message disappears. Of a group that nobody has told of, WhatsApp's
    /// server is asked: what we write must not stay when all else goes.
    async fn timer(&self, outgoing: &Outgoing) -> Result<Option<Timer>, Hindrance> {
        let chat = &outgoing.chat;
        let known = self.instance.timer(chat).await?;
        if known.is_some() || !chat.is_group() {
            return Ok(known);
        }
        let group = self.session.group(chat).await?;
        self.instance.learn_group(&group).await?;
        Ok(self.instance.timer(chat).await?)
    }

    /// What is shown of the link in a text. No page is waited for long, and a text goes out
    /// without a preview rather than not at all.
    async fn preview(&self, text: &str, preview: &Preview) -> Option<LinkPreview> {
        match preview {
            Preview::Off => None,
            Preview::Page { large } => {
                let link = first_link(text)?;
                let page = self.instance.around.previews.page(link, *large).await?;
                Some(LinkPreview { link: link.to_owned(), ..page })
            }
            Preview::Custom(custom) => self.custom_preview(text, custom).await,
        }
    }

    async fn custom_preview(&self, text: &str, custom: &CustomPreview) -> Option<LinkPreview> {
        let link = match custom.link.as_str() {
            "" => first_link(text)?,
            chosen => chosen,
        };
        let mut shown = LinkPreview {
            link: link.to_owned(),
            title: custom.title.clone(),
            description: custom.description.clone(),
            ..LinkPreview::default()
        };
        if let Some(image) = &custom.image {
            let image = self.own_picture(image).await.unwrap_or_else(|| image.clone());
            let pictures = self.instance.around.previews.image(&image, custom.large).await;
            (shown.thumbnail, shown.large) = pictures.unwrap_or_default();
        }
        Some(shown)
    }

    /// A picture at an address of the gateway is read, not called.
    async fn own_picture(&self, image: &PreviewImage) -> Option<PreviewImage> {
        let PreviewImage::Url(url) = image else { return None };
        let bytes = self.instance.own_bytes(url, LARGEST_PICTURE).await?;
        Some(PreviewImage::Data(BASE64_STANDARD.encode(bytes)))
    }
}

/// The first web address in a text, without the punctuation that ends a sentence.
pub(super) fn first_link(text: &str) -> Option<&str> {
    let is_link = |word: &&str| {
        let lower = word.get(..8).unwrap_or(word).to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://")
    };
    let word = text
        .split_whitespace()
        .map(|word| word.trim_start_matches(['(', '<', '"']))
        .find(is_link)?;
    let link = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')', '>', '"', '\'']);
    (link.split_once("//").is_some_and(|(_, rest)| !rest.is_empty())).then_some(link)
}

#[cfg(test)]
mod tests {
    use super::first_link;

    #[test]
    fn the_first_address_is_found_without_what_surrounds_it() {
        for (text, link) in [
            ("See https://shop.example/hours.", Some("https://shop.example/hours")),
            ("(http://a.example/?q=1) or https://b.example", Some("http://a.example/?q=1")),
            ("HTTPS://A.example", Some("HTTPS://A.example")),
            ("none here: example.com", None),
            ("https://", None),
            ("é https", None),
            ("", None),
        ] {
            assert_eq!(first_link(text), link, "{text}");
        }
    }
}
