//! Files at rest, and what can be seen of them: their real type, size in pixels, length, a
//! small picture.

mod error;
mod examine;
mod folder;
mod names;
mod picture;

pub use error::MediaError;
pub use examine::{Examined, examine};
pub use folder::{MediaFolder, NewFile};
pub use names::{extension_of, mime_of};
pub use picture::{PREVIEW_SIDE, Picture, THUMBNAIL_SIDE, shrink};
