//! What the sandbox says when it is ready.

use std::sync::Arc;

use serde_json::{Value, json};
use siskin_fleet::Instance;
use siskin_green_api::Word;

use super::Sandbox;
use super::network::{Network, PhoneLine};
use crate::config::Config;
use crate::gateway::shown;

impl Sandbox {
    /// The one line for programs.
    ///
    /// # Errors
    /// When the phones cannot be listed.
    pub async fn describe(&self) -> anyhow::Result<Value> {
        let url = self.gateway.url();
        let instances: Vec<Value> = self
            .gateway
            .fleet()
            .list()
            .iter()
            .map(|instance| {
                json!({
                    "idInstance": instance.id(),
                    "apiTokenInstance": instance.token().expose(),
                })
            })
            .collect();
        Ok(json!({
            "apiUrl": url,
            "mediaUrl": url,
            "consoleUrl": self.console_url(),
            "simulatorUrl": self.network.websocket_url(),
            "phonesUrl": self.phones_url(),
            "partnerToken": self.gateway.partner_token().expose(),
            "instances": instances,
            "phones": self.network.phones().await?,
        }))
    }

    fn console_url(&self) -> String {
        let token = self.gateway.admin_token();
        format!("{}/console/enter/{}", self.gateway.url(), token.expose())
    }

    /// The screen for people.
    ///
    /// # Errors
    /// When the phones cannot be listed.
    pub(super) async fn greet(&self, config: &Config) -> anyhow::Result<()> {
        let url = self.gateway.url();
        println!("Siskin {} SANDBOX is ready", env!("CARGO_PKG_VERSION"));
        println!("A simulated WhatsApp network: no phone, no internet, nothing real.\n");
        println!("  Console  {}", self.console_url());
        println!("  API      {url}");
        println!("  Network  {}", self.network.websocket_url());
        println!("  Data     {}\n", shown(&config.data_dir).display());
        for instance in self.gateway.fleet().list() {
            let (id, token) = (instance.id(), instance.token());
            println!("  Instance {id} ({})", instance.link().borrow().state().word());
            println!("    page   {url}/waInstance{id}/{}", token.expose());
            println!("    curl   curl {url}/waInstance{id}/qr/{}", token.expose());
        }
        println!();
        for PhoneLine { phone, name } in self.network.phones().await? {
            println!("  Phone    {phone}  {name}");
        }
        let instances = self.gateway.fleet().list();
        let is_linked = |instance: &Arc<Instance>| instance.link().borrow().account.is_some();
        let next = match instances.iter().all(is_linked) {
            true => {
                "Open the console: an instance's page has its chats, and the phones beside them."
            }
            false => "Open the page and let a phone scan the code.",
        };
        println!("\n{next} Ctrl-C ends it all.");
        Ok(())
    }
}

pub(super) fn network_json(network: &Network, phones: &[PhoneLine]) -> Value {
    json!({
        "simulatorUrl": network.websocket_url(),
        "phonesUrl": network.phones_url(),
        "phones": phones,
    })
}

pub(super) fn network_text(network: &Network, phones: &[PhoneLine]) {
    println!("A simulated WhatsApp network is ready\n");
    println!("  Network  {}", network.websocket_url());
    println!("  Phones   {}", network.phones_url().unwrap_or_default());
    for PhoneLine { phone, name } in phones {
        println!("    {phone}  {name}");
    }
    println!("\nPoint a client at the network; Ctrl-C ends it.");
}
