use std::time::Duration;

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use siskin_testkit::{decode_qr_png, eventually};

use crate::process::Process;

/// How long anything may take that hundreds of instances do at once.
const PATIENCE: Duration = Duration::from_secs(300);

/// The calls that benches make, over HTTP.
#[derive(Clone)]
pub struct Gateway {
    api: String,
    phones: String,
    http: reqwest::Client,
}

impl Gateway {
    /// The gateway of that process.
    ///
    /// # Errors
    /// When the process said no addresses.
    pub fn of(process: &Process) -> anyhow::Result<Self> {
        // A second installation is refused and harmless.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Self {
            api: process.text("apiUrl")?.to_owned(),
            phones: process.text("phonesUrl")?.to_owned(),
            http: reqwest::Client::new(),
        })
    }

    /// Waits until so many instances are linked and online.
    ///
    /// # Errors
    /// When they are not within five minutes.
    pub async fn until_authorized(&self, count: usize) -> anyhow::Result<()> {
        let wanted = format!("siskin_instances{{state=\"authorized\"}} {count}");
        let look = async || {
            let metrics = self.http.get(format!("{}/metrics", self.api)).send().await?;
            let metrics = metrics.text().await?;
            let states: Vec<&str> =
                metrics.lines().filter(|line| line.starts_with("siskin_instances{")).collect();
            ensure!(states.contains(&wanted.as_str()), "there are {states:?}");
            Ok(())
        };
        eventually(&wanted, PATIENCE, look).await
    }

    /// Gets the instance's code and lets the phone scan it from the picture.
    ///
    /// # Errors
    /// When there is no code or the phone does not take it.
    pub async fn link(&self, qr_url: &str, phone: &str) -> anyhow::Result<()> {
        let answer: Value = self.http.get(qr_url).send().await?.json().await?;
        let picture = answer["message"].as_str().filter(|_| answer["type"] == "qrCode");
        let picture = picture.with_context(|| format!("no code but {answer}"))?;
        let text = decode_qr_png(&BASE64_STANDARD.decode(picture)?)?;
        let scan = format!("{}/sandbox/phones/{phone}/scan", self.phones);
        let scanned = self.http.post(scan).json(&json!({ "qr": text })).send().await?;
        ensure!(scanned.status() == 200, "{phone}: {}", scanned.text().await?);
        Ok(())
    }
}

impl Process {
    /// Where each instance's code is.
    ///
    /// # Errors
    /// When the process is no gateway.
    pub fn qr_urls(&self) -> anyhow::Result<Vec<String>> {
        let api = self.text("apiUrl")?;
        let instances = self.ready["instances"].as_array().context("it has no instances")?;
        let url = |instance: &Value| {
            let token = instance["apiTokenInstance"].as_str().context("it has no token")?;
            Ok(format!("{api}/waInstance{}/qr/{token}", instance["idInstance"]))
        };
        instances.iter().map(url).collect()
    }

    /// The numbers of the phones.
    ///
    /// # Errors
    /// When the process is no simulated network.
    pub fn phones(&self) -> anyhow::Result<Vec<String>> {
        let phones = self.ready["phones"].as_array().context("it has no phones")?;
        let number = |phone: &Value| phone["phone"].as_str().map(str::to_owned);
        phones.iter().map(|phone| number(phone).context("it has no number")).collect()
    }
}
