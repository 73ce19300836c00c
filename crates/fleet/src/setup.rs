use std::sync::Arc;

use siskin_media::MediaFolder;
use siskin_store::{Clock, Store};

use crate::files::FileLimits;
use crate::outbox::Pacing;
use crate::port::Engine;
use crate::previews::Previews;

/// What a fleet is started with.
pub struct Setup {
    /// What it keeps.
    pub store: Arc<dyn Store>,
    /// Its way to WhatsApp.
    pub engine: Arc<dyn Engine>,
    /// The clock that it goes by.
    pub clock: Arc<dyn Clock>,
    /// Where files are kept.
    pub media: MediaFolder,
    /// Its way to the pages that links lead to.
    pub previews: Arc<dyn Previews>,
    /// The address of the gateway as its users reach it, without a slash at its end: links
    /// to files begin with it.
    pub base_url: String,
    /// Whether there is a pause between two sends.
    pub pacing: Pacing,
    /// What received files may take.
    pub file_limits: FileLimits,
}
