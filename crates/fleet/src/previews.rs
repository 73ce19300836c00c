use async_trait::async_trait;
use siskin_model::message::PreviewImage;

use crate::port::LinkPreview;

/// The largest picture that is taken for a preview, in bytes.
pub const LARGEST_PICTURE: u64 = 5 * 1024 * 1024;

/// The port to the pages that links lead to: foreign addresses, which the fleet itself does
/// not call.
#[async_trait]
pub trait Previews: Send + Sync {
    /// What the page says of itself; `None` where it says nothing or does not answer soon.
    /// `large`: with the picture in a size to be shown large.
    async fn page(&self, link: &str, large: bool) -> Option<LinkPreview>;

    /// A preview's own picture, made small, and large where asked for.
    async fn image(
        &self,
        image: &PreviewImage,
        large: bool,
    ) -> Option<(Vec<u8>, Option<(Vec<u8>, u32, u32)>)>;
}

/// Shows nothing of any link.
pub struct NoPreviews;

#[async_trait]
impl Previews for NoPreviews {
    async fn page(&self, _: &str, _: bool) -> Option<LinkPreview> {
        None
    }

    async fn image(
        &self,
        _: &PreviewImage,
        _: bool,
    ) -> Option<(Vec<u8>, Option<(Vec<u8>, u32, u32)>)> {
        None
    }
}
