//! The subcommands' way to a gateway: the one that uses the data folder, or one of their own
//! for as long as they run.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use siskin_outbound::{Outbound, Policy};
use siskin_whatsapp::{Endpoint, Versions};

use crate::config::Config;
use crate::data_folder::{self, DataFolder, InUse};
use crate::gateway::{Gateway, Parts};

/// How often and how long to wait for a place under the vendor's rate limits: `getInstances`
/// is granted once a second.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_secs(1);
/// An answer is a list of instances at most.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A gateway to talk to.
pub(crate) struct LocalClient {
    outbound: Outbound,
    api_url: String,
    partner_token: String,
    own: Option<Gateway>,
}

/// An answer to a call.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl LocalClient {
    /// Finds the gateway that uses the data folder, or starts one that nobody else sees.
    pub(crate) async fn connect(config: &Config) -> anyhow::Result<Self> {
        let outbound = Outbound::new(Policy::AnyIncludingPrivate);
        let folder = match DataFolder::take(&config.data_dir) {
            Ok(folder) => folder,
            Err(error) if error.is::<InUse>() => {
                let running = data_folder::running(&config.data_dir).with_context(|| {
                    format!("{error}\n  hint: it does not say how it can be reached")
                })?;
                return Ok(Self {
                    outbound,
                    api_url: running.api_url,
                    partner_token: running.partner_token,
                    own: None,
                });
            }
            Err(error) => return Err(error),
        };
        let mut private = config.clone();
        private.listen.set_port(0);
        private.listen.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
        let parts = Parts {
            endpoint: Endpoint::new(&config.whatsapp_url)?,
            versions: Arc::new(Versions::remembered(folder.whatsapp_version())),
            folder,
            extra: None,
            phones_url: None,
        };
        let gateway = Gateway::start(&private, parts).await?;
        Ok(Self {
            outbound,
            api_url: gateway.url(),
            partner_token: gateway.partner_token().expose().to_owned(),
            own: Some(gateway),
        })
    }

    /// Ends the gateway, if it is our own.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        match self.own {
            Some(gateway) => gateway.shutdown().await,
            None => Ok(()),
        }
    }

    pub(crate) async fn partner(&self, method: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let url = format!("{}/partner/{method}/{}", self.api_url, self.partner_token);
        let answer = self.call(&url, body, "application/json").await?;
        if answer.status != 200 {
            bail!("the gateway answered {} to {method}: {}", answer.status, answer.text);
        }
        let value: Value = serde_json::from_str(&answer.text)
            .with_context(|| format!("the gateway's answer to {method} is not JSON"))?;
        // Partner failures come with status 200 (specification, section 10, number 14).
        if let Some(description) = value.get("description").and_then(Value::as_str) {
            bail!("the gateway refused {method}: {description}");
        }
        Ok(value)
    }

    pub(crate) async fn instance(
        &self,
        id: u64,
        token: &str,
        method: &str,
        accept: &str,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}/waInstance{id}/{method}/{token}", self.api_url);
        self.call(&url, None, accept).await
    }

    async fn call(&self, url: &str, body: Option<Value>, accept: &str) -> anyhow::Result<Answer> {
        let mut tries = 1;
        loop {
            let (status, text) = self
                .outbound
                .call(url, body.as_ref(), accept, LARGEST_ANSWER)
                .await
                .context("the gateway does not answer")?;
            if status != 429 || tries == TRIES {
                return Ok(Answer { status, text });
            }
            tries += 1;
            tokio::time::sleep(PAUSE).await;
        }
    }

    pub(crate) fn api_url(&self) -> &str {
        &self.api_url
    }
}
