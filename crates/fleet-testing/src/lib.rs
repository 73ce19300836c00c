//! An engine whose sessions a test drives, and a fleet on top of it.

mod compose;
mod engine;
mod keys;
mod port;
mod script;
mod session;

use std::sync::Arc;

use siskin_media::MediaFolder;
use siskin_store::{Store, SystemClock};

pub use engine::ScriptedEngine;
pub use script::Transmitted;
pub use session::ScriptedSession;

use siskin_fleet::{FileLimits, Fleet, FleetError, NoPreviews, Pacing, Setup};

/// A fleet over the store, whose sessions the test drives.
///
/// # Errors
/// When the store cannot be read.
pub async fn fleet(
    store: Arc<dyn Store>,
    engine: Arc<ScriptedEngine>,
) -> Result<Arc<Fleet>, FleetError> {
    Fleet::start(setup(store, engine, Pacing::Off)).await
}

/// What [`fleet`] starts a fleet with. Files go to a folder of the system's own for what is
/// temporary, named after the process.
pub fn setup(store: Arc<dyn Store>, engine: Arc<ScriptedEngine>, pacing: Pacing) -> Setup {
    let folder = format!("siskin-test-media-{}", std::process::id());
    Setup {
        store,
        engine,
        clock: Arc::new(SystemClock),
        media: MediaFolder::new(std::env::temp_dir().join(folder)),
        previews: Arc::new(NoPreviews),
        base_url: "http://gateway.example".to_owned(),
        pacing,
        file_limits: FileLimits::NONE,
    }
}
