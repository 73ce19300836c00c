//! What is shown of the link in a text.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use siskin_model::message::{CustomPreview, Preview, PreviewImage};

use crate::files::Files;
use crate::port::LinkPreview;
use crate::previews::{LARGEST_PICTURE, Previews};

/// Makes the previews of links for the messages of one instance.
pub(crate) struct LinkPreviews {
    files: Arc<Files>,
    pages: Arc<dyn Previews>,
}

impl LinkPreviews {
    pub(crate) fn new(files: &Arc<Files>, pages: &Arc<dyn Previews>) -> Self {
        Self { files: files.clone(), pages: pages.clone() }
    }

    /// What is shown of the link in a text. No page is waited for long, and a text goes out
    /// without a preview rather than not at all.
    pub(super) async fn preview(&self, text: &str, preview: &Preview) -> Option<LinkPreview> {
        match preview {
            Preview::Off => None,
            Preview::Page { large } => {
                let link = first_link(text)?;
                let page = self.pages.page(link, *large).await?;
                Some(LinkPreview { link: link.to_owned(), ..page })
            }
            Preview::Custom(custom) => self.custom(text, custom).await,
        }
    }

    async fn custom(&self, text: &str, custom: &CustomPreview) -> Option<LinkPreview> {
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
            let pictures = self.pages.image(&image, custom.large).await;
            (shown.thumbnail, shown.large) = pictures.unwrap_or_default();
        }
        Some(shown)
    }

    /// A picture at an address of the gateway is read, not called.
    async fn own_picture(&self, image: &PreviewImage) -> Option<PreviewImage> {
        let PreviewImage::Url(url) = image else { return None };
        let bytes = self.files.own_bytes(url, LARGEST_PICTURE).await?;
        Some(PreviewImage::Data(BASE64_STANDARD.encode(bytes)))
    }
}

/// The first web address in a text, without the punctuation that ends a sentence.
fn first_link(text: &str) -> Option<&str> {
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
