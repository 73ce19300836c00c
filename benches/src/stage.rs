use anyhow::Context as _;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Connection, Gateway, Hooks, Process, gateway, simulator};

/// A gateway and a simulated network, each a process of its own; every instance linked.
pub struct Stage {
    /// The simulated network.
    pub network: Process,
    /// The gateway.
    pub gateway: Process,
    /// Where instances send their webhooks, once told to.
    pub hooks: Hooks,
    /// The linked instances.
    pub instances: Vec<Linked>,
    /// The numbers of phones that no instance is linked to.
    pub others: Vec<String>,
    folder: TempDir,
}

/// A linked instance.
#[derive(Clone)]
pub struct Linked {
    /// Its number at the API.
    pub id: u64,
    token: String,
    /// The number of its phone.
    pub phone: String,
}

impl Linked {
    /// The path of one of its methods.
    pub fn path(&self, method: &str) -> String {
        format!("/waInstance{}/{method}/{}", self.id, self.token)
    }

    /// The chat with its phone, as others name it.
    pub fn chat(&self) -> String {
        chat(&self.phone)
    }
}

/// The chat with a number.
pub fn chat(phone: &str) -> String {
    format!("{phone}@c.us")
}

impl Stage {
    /// Starts so many instances and other phones; sends leave without a pause.
    ///
    /// # Errors
    /// When a process does not get ready.
    pub async fn start(instances: usize, others: usize) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let network = simulator(instances + others)?;
        let more = ["--link", "--send-pause", "off"];
        let data = folder.path().join("gateway");
        let gateway = gateway(&network, &data, instances, &more)?;
        Gateway::of(&gateway)?.until_authorized(instances).await?;
        let mut phones = network.phones()?;
        let others = phones.split_off(instances);
        let described = gateway.ready["instances"].as_array().context("there are no instances")?;
        let linked = described.iter().zip(phones).map(|(instance, phone)| linked(instance, phone));
        let instances = linked.collect::<anyhow::Result<_>>()?;
        let hooks = Hooks::start().await?;
        Ok(Self { network, gateway, hooks, instances, others, folder })
    }

    /// A connection to the gateway.
    ///
    /// # Errors
    /// When it does not listen.
    pub async fn api(&self) -> anyhow::Result<Connection> {
        Connection::open(self.gateway.text("apiUrl")?).await
    }

    /// A connection to the phones.
    ///
    /// # Errors
    /// When they do not listen.
    pub async fn phones(&self) -> anyhow::Result<Connection> {
        Connection::open(self.network.text("phonesUrl")?).await
    }

    /// Has all instances send webhooks, or none of them.
    ///
    /// # Errors
    /// When an instance refuses that.
    pub async fn tell(&self, webhooks: bool) -> anyhow::Result<()> {
        let url = if webhooks { self.hooks.url() } else { "" };
        let mut api = self.api().await?;
        for instance in &self.instances {
            api.post(&instance.path("setSettings"), &json!({ "webhookUrl": url })).await?;
        }
        Ok(())
    }

    /// A value that the gateway counts; 0 as long as there was nothing to count.
    ///
    /// # Errors
    /// When it has no metrics.
    pub async fn counted(&self, what: &str) -> anyhow::Result<u64> {
        let url = format!("{}/metrics", self.gateway.text("apiUrl")?);
        let mut metrics = Connection::open(&url).await?;
        let metrics = std::str::from_utf8(metrics.get().await?)?;
        let value = metrics.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(' '));
        Ok(value.map(str::parse).transpose()?.unwrap_or_default())
    }

    /// Ends both processes.
    ///
    /// # Errors
    /// When one does not end in time.
    pub async fn end(self) -> anyhow::Result<()> {
        self.gateway.terminate().await?;
        self.network.terminate().await?;
        Ok(self.folder.close()?)
    }
}

fn linked(instance: &Value, phone: String) -> anyhow::Result<Linked> {
    let token = instance["apiTokenInstance"].as_str().context("it has no token")?.to_owned();
    let id = instance["idInstance"].as_u64().context("it has no number")?;
    Ok(Linked { id, token, phone })
}
