use std::sync::Arc;

use siskin_fleet::EngineError;
use wacore::store::DevicePropsOverride;
use whatsapp_rust::TokioRuntime;
use whatsapp_rust::bot::{Bot, BotHandle};

use crate::endpoint::Endpoint;
use crate::events::{Handler, Reporter};
use crate::keystore::Keys;
use crate::media::NoMedia;
use crate::transport::{LastHeard, Sockets};
use crate::version::Versions;

/// What the phone shows in its list of linked devices.
const DEVICE_NAME: &str = "Siskin";

/// Builds the engine's client for one set of keys and lets it run.
pub(crate) async fn run(
    keys: &Keys,
    endpoint: &Endpoint,
    versions: &Versions,
    reporter: Arc<Reporter>,
    heard: Arc<LastHeard>,
) -> Result<BotHandle, EngineError> {
    let bot = Bot::builder()
        .with_backend_arc(keys.store.clone())
        .with_transport_factory(Sockets::new(endpoint.clone(), reporter.clone(), heard))
        .with_http_client(NoMedia)
        .with_runtime(TokioRuntime)
        .with_version(versions.current())
        .with_device_props(DevicePropsOverride::new().with_os(DEVICE_NAME))
        .skip_history_sync()
        .with_event_handler(Handler(reporter.clone()))
        .build()
        .await
        .map_err(|error| EngineError::Engine(error.to_string()))?;
    reporter.attach(&bot.client());
    Ok(bot.spawn())
}
