//! Files at rest, and what can be seen of them: their real type, size in pixels, length, a
//! small picture.

mod bounded_file;
mod contents;
mod disk;
mod error;
mod examine;
mod folder;
mod movie;
mod names;
mod new_file;
mod page;
mod picture;
mod real_type;
mod remake;
mod sound;
mod workers;

pub use contents::ContentKey;
pub use error::MediaError;
pub use examine::{Examined, examine};
pub use folder::MediaFolder;
pub use names::{complete, is_page_in_disguise, renamed};
pub use new_file::NewFile;
pub use picture::{PREVIEW_SIDE, Picture, THUMBNAIL_SIDE, shrink};
pub use remake::remake;
