use std::sync::Arc;

use siskin_store::{Clock, Store};
use tokio_util::sync::CancellationToken;

use crate::bell::Bell;
use crate::files::SharedFiles;
use crate::outbox::Pacing;
use crate::pacer::Pacer;
use crate::port::Engine;
use crate::previews::Previews;
use crate::setup::Setup;

/// What all instances of a fleet share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bell: Arc<Bell>,
    pub(crate) pacer: Pacer,
    pub(crate) stopping: CancellationToken,
    pub(crate) files: Arc<SharedFiles>,
    pub(crate) previews: Arc<dyn Previews>,
    /// The address of the gateway as its users reach it, without a slash at its end.
    pub(crate) base_url: Arc<str>,
    pub(crate) pacing: Pacing,
}

impl Shared {
    pub(crate) fn new(setup: Setup) -> Self {
        let base_url: Arc<str> = setup.base_url.into();
        let files = SharedFiles::new(setup.media, &base_url, setup.file_limits);
        Self {
            store: setup.store,
            engine: setup.engine,
            clock: setup.clock,
            bell: Arc::default(),
            pacer: Pacer::new(),
            stopping: CancellationToken::new(),
            files: Arc::new(files),
            previews: setup.previews,
            base_url,
            pacing: setup.pacing,
        }
    }
}
