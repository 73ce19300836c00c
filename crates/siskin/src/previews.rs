//! What is shown of a link: pages and pictures are fetched through the guarded client and made
//! small.

use async_trait::async_trait;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use siskin_fleet::{LARGEST_PICTURE, LinkPreview, Previews};
use siskin_media::{Picture, shrink};
use siskin_model::message::PreviewImage;
use siskin_outbound::{Fetcher, PageDescription};

/// The longest side of the small picture beside a link, in pixels.
const SMALL: u32 = 100;
/// The longest side of a picture that is shown large.
const LARGE: u32 = 1200;

/// A picture in two sizes: small, and large where that was asked for.
type Pictures = (Vec<u8>, Option<(Vec<u8>, u32, u32)>);

/// Looks at pages.
pub(crate) struct Pages(pub(crate) Fetcher);

#[async_trait]
impl Previews for Pages {
    async fn page(&self, link: &str, large: bool) -> Option<LinkPreview> {
        let page = match self.0.page(link).await {
            Ok(page) => page,
            Err(error) => {
                tracing::debug!(%error, "a link goes out without a preview");
                return None;
            }
        };
        let mut preview = described(&page, link)?;
        if let Some(url) = &page.image_url
            && let Some((thumbnail, picture)) = self.picture(url, large).await
        {
            preview.thumbnail = thumbnail;
            preview.large = picture;
        }
        Some(preview)
    }

    async fn image(&self, image: &PreviewImage, large: bool) -> Option<Pictures> {
        match image {
            PreviewImage::Url(url) => self.picture(url, large).await,
            PreviewImage::Data(text) => {
                // Browsers hand pictures out with their type in front.
                let text = text.rsplit_once("base64,").map_or(text.as_str(), |(_, data)| data);
                let bytes = BASE64_STANDARD.decode(text.trim()).ok()?;
                pictures(bytes.into(), large).await
            }
        }
    }
}

impl Pages {
    async fn picture(&self, url: &str, large: bool) -> Option<Pictures> {
        let bytes = self.0.image(url, LARGEST_PICTURE).await;
        let bytes = bytes.inspect_err(|error| tracing::debug!(%error, "no picture")).ok()?;
        pictures(bytes.into(), large).await
    }
}

async fn pictures(bytes: Bytes, large: bool) -> Option<Pictures> {
    let small = shrink(bytes.clone(), SMALL).await?;
    let big = if large { shrink(bytes, LARGE).await } else { None };
    let parts = |picture: Picture| (picture.jpeg, picture.width, picture.height);
    Some((small.jpeg, big.map(parts)))
}

/// A page that has nothing to say of itself is shown as a bare link.
fn described(page: &PageDescription, link: &str) -> Option<LinkPreview> {
    let empty = page.title.is_empty() && page.description.is_empty();
    (!empty).then(|| LinkPreview {
        link: link.to_owned(),
        title: page.title.clone(),
        description: page.description.clone(),
        is_video: page.is_video,
        ..LinkPreview::default()
    })
}
