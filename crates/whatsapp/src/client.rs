use siskin_fleet::port::EngineError;
use wacore::store::DevicePropsOverride;
use whatsapp_rust::TokioRuntime;
use whatsapp_rust::bot::{Bot, BotHandle};

use crate::client_slot::ClientSlot;
use crate::events::Handler;
use crate::inbound::Hook;
use crate::keystore::Keys;
use crate::media::MediaClient;
use crate::transport::Sockets;
use crate::version::Version;

/// What the phone shows in its list of linked devices.
const DEVICE_NAME: &str = "Siskin";

/// Builds the engine's client for one set of keys, puts it into its slot and lets it run.
pub(crate) async fn run(
    keys: &Keys,
    slot: &ClientSlot,
    sockets: Sockets,
    media: MediaClient,
    version: Version,
    hook: Hook,
    handler: Handler,
) -> Result<BotHandle, EngineError> {
    let bot = Bot::builder()
        .with_backend_arc(keys.store.clone())
        .with_transport_factory(sockets)
        .with_http_client(media)
        .with_runtime(TokioRuntime)
        .with_version(version)
        .with_device_props(DevicePropsOverride::new().with_os(DEVICE_NAME))
        .with_inbound_durability_hook(hook)
        .with_event_handler(handler)
        .build()
        .await
        .map_err(|error| EngineError::Engine(error.to_string()))?;
    slot.fill(&bot.client());
    Ok(bot.spawn())
}
