//! The sandbox: a gateway and a simulated WhatsApp network, with no phone and no internet.

mod greeting;
mod link;
mod network;
mod proxy;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use siskin_fleet::{Fleet, Instance};
use siskin_green_api::Settings;
use siskin_simulator::Simulator;
use siskin_whatsapp::{Endpoint, Versions};

use crate::config::{Config, Flags};
use crate::data_folder::DataFolder;
use crate::gateway::{Gateway, Parts};
use crate::stop_signal::StopSignal;
use crate::telemetry;
use network::Network;

/// The sandbox's own folder, so that it never meets the one of the real network.
const FOLDER: &str = "sandbox-data";

/// What the sandbox can be told beside the common flags.
#[derive(Debug, Clone, Args)]
pub struct SandboxFlags {
    /// How many virtual phones there are
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub phones: usize,
    /// How many instances there are
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub instances: usize,
    /// Start with each instance linked: instance i to phone i
    #[arg(long)]
    pub link: bool,
    /// Use a `siskin simulator` that already runs on loopback
    #[arg(long, value_name = "URL")]
    pub simulator_url: Option<String>,
    /// Print one JSON object when ready, as the first line
    #[arg(long)]
    pub json: bool,
}

/// What the simulator can be told beside the common flags.
#[derive(Debug, Clone, Args)]
pub struct SimulatorFlags {
    /// How many virtual phones there are
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub phones: usize,
    /// Print one JSON object when ready, as the first line
    #[arg(long)]
    pub json: bool,
}

/// Runs gateway and network until told to stop.
///
/// # Errors
/// When one of the two cannot be started.
pub async fn run(flags: &Flags, mut config: Config, sandbox: SandboxFlags) -> anyhow::Result<()> {
    own_folder(flags, &mut config);
    telemetry::log_to(&config, std::io::stderr)?;
    let running = Sandbox::start(&config, &sandbox).await?;
    let stop = StopSignal::heed()?;
    if sandbox.json {
        println!("{}", running.describe().await?);
    } else {
        running.greet(&config).await?;
    }
    stop.given().await;
    running.shutdown().await
}

/// A gateway and its simulated network.
pub struct Sandbox {
    gateway: Gateway,
    network: Network,
}

impl Sandbox {
    /// Starts both, creates the instances that are missing and links them if asked to.
    ///
    /// # Errors
    /// When one of the two cannot be started.
    pub async fn start(config: &Config, sandbox: &SandboxFlags) -> anyhow::Result<Self> {
        network::only_loopback("the sandbox", config.listen)?;
        let folder = DataFolder::take(&config.data_dir)?;
        let phones =
            if sandbox.link { sandbox.phones.max(sandbox.instances) } else { sandbox.phones };
        let network = match &sandbox.simulator_url {
            Some(url) => Network::elsewhere(url)?,
            None => Network::own(folder.network(), phones).await?,
        };
        let parts = Parts {
            folder,
            endpoint: Endpoint::new(network.websocket_url())?,
            versions: Arc::new(Versions::fixed()),
            extra: network.phone_api(),
            phones_url: Some(String::new()),
        };
        let gateway = Gateway::start(config, parts).await?;
        let mut running = Self { gateway, network };
        running.network.set_phones_url(&running.gateway.url());
        let instances = create_missing(running.gateway.fleet(), sandbox.instances).await?;
        if sandbox.link {
            let phones_url = running.phones_url().to_owned();
            link::link_all(&instances, &phones_url).await?;
        }
        Ok(running)
    }

    /// The gateway.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The network, if it is this process's own.
    pub fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.network.simulator()
    }

    /// Where the virtual phones are.
    pub fn phones_url(&self) -> &str {
        self.network.phones_url().unwrap_or_default()
    }

    /// Ends the gateway, then the network.
    ///
    /// # Errors
    /// When the gateway's server had failed.
    pub async fn shutdown(self) -> anyhow::Result<()> {
        let result = self.gateway.shutdown().await;
        self.network.shutdown().await;
        result
    }
}

fn own_folder(flags: &Flags, config: &mut Config) {
    if flags.data_dir.is_none() && config.data_dir == Path::new("siskin-data") {
        config.data_dir = FOLDER.into();
    }
}

/// The first instances, made where there are none yet.
async fn create_missing(fleet: &Fleet, wanted: usize) -> anyhow::Result<Vec<Arc<Instance>>> {
    for number in fleet.list().len()..wanted {
        let name = format!("Sandbox {}", number + 1);
        fleet.create(name, Settings::for_people()).await?;
    }
    Ok(fleet.list().into_iter().take(wanted).collect())
}

/// Runs the network alone until told to stop.
///
/// # Errors
/// When it cannot be started.
pub async fn simulate(
    flags: &Flags,
    config: Config,
    simulator: SimulatorFlags,
) -> anyhow::Result<()> {
    telemetry::log_to(&config, std::io::stderr)?;
    let listen: SocketAddr = config.listen;
    let network = Network::alone(listen, flags.data_dir.clone(), simulator.phones).await?;
    let phones = network.phones().await.context("the network has no phones")?;
    let stop = StopSignal::heed()?;
    if simulator.json {
        println!("{}", greeting::network_json(&network, &phones));
    } else {
        greeting::network_text(&network, &phones);
    }
    stop.given().await;
    network.shutdown().await;
    Ok(())
}
