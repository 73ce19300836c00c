use std::sync::Arc;

use anyhow::bail;
use siskin_whatsapp::{Endpoint, SIMULATOR_ONLY, Versions, certificate};

use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::gateway::{Gateway, Parts, shown};
use crate::stop_signal::StopSignal;
use crate::{telemetry, versions};

/// Runs the gateway until it is told to stop.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    let endpoint = Endpoint::new(&config.whatsapp_url)?;
    check_build()?;
    telemetry::log_to(&config, std::io::stderr)?;
    let folder = DataFolder::take(&config.data_dir)?;
    let versions = Arc::new(if SIMULATOR_ONLY {
        Versions::fixed()
    } else {
        Versions::remembered(folder.whatsapp_version())
    });
    let is_whatsapp = config.whatsapp_url == Endpoint::WHATSAPP;
    let parts =
        Parts { folder, endpoint, versions: versions.clone(), extra: None, phones_url: None };
    let gateway = Gateway::start(&config, parts).await?;
    if is_whatsapp {
        tokio::spawn(versions::follow(versions, gateway.fleet().stopping()));
    }
    let stop = StopSignal::heed()?;
    greet(&config, &gateway);
    stop.given().await;
    gateway.shutdown().await
}

/// A build that would believe any server must not get near WhatsApp.
pub(crate) fn check_build() -> anyhow::Result<()> {
    if !SIMULATOR_ONLY && !certificate::forgeries_are_refused() {
        bail!(
            "this build accepts a forged certificate of WhatsApp and does not start\n  hint: \
             build the package `siskin` alone, without the feature \
             `danger-skip-cert-chain-verify` of `wacore-noise`"
        );
    }
    Ok(())
}

fn greet(config: &Config, gateway: &Gateway) {
    let url = gateway.url();
    println!("Siskin {} is ready\n", env!("CARGO_PKG_VERSION"));
    println!("  API      {url}");
    println!("  Console  {url}/console");
    println!("  Data     {}", shown(&config.data_dir).display());
    if gateway.is_first_start() {
        println!("\n  The console's token, shown this once:\n");
        println!("  {}", gateway.admin_token().expose());
    }
    println!("\n  First number: siskin instance create, then siskin link NUMBER");
}
