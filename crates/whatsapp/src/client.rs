use std::sync::Arc;

use siskin_fleet::EngineError;
use wacore::store::DevicePropsOverride;
use whatsapp_rust::TokioRuntime;
use whatsapp_rust::bot::{Bot, BotHandle};

use crate::events::{Handler, Reporter};
use crate::inbound::{Hook, Intake};
use crate::keystore::Keys;
use crate::session::Shared;
use crate::transport::{LastHeard, Sockets};

/// What the phone shows in its list of linked devices.
const DEVICE_NAME: &str = "Siskin";

/// Builds the engine's client for one set of keys and lets it run.
pub(crate) async fn run(
    keys: &Keys,
    shared: &Shared,
    reporter: Arc<Reporter>,
    intake: Arc<Intake>,
    heard: Arc<LastHeard>,
) -> Result<BotHandle, EngineError> {
    let media = shared.media.of_session();
    let bot = Bot::builder()
        .with_backend_arc(keys.store.clone())
        .with_transport_factory(Sockets::new(shared.endpoint.clone(), reporter.clone(), heard))
        .with_http_client(media.clone())
        .with_runtime(TokioRuntime)
        .with_version(shared.versions.current())
        .with_device_props(DevicePropsOverride::new().with_os(DEVICE_NAME))
        .with_inbound_durability_hook(Hook(intake))
        .with_event_handler(Handler(reporter.clone()))
        .build()
        .await
        .map_err(|error| EngineError::Engine(error.to_string()))?;
    reporter.attach(&bot.client());
    media.attach(&bot.client());
    Ok(bot.spawn())
}
