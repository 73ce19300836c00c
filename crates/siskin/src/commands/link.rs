use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use siskin_model::InstanceId;

use super::instance::find;
use crate::config::Config;
use crate::local_client::LocalClient;
use crate::stop_signal::StopSignal;

/// How often to look for a new code: the vendor's advice, well under its rate limit.
const INTERVAL: Duration = Duration::from_secs(1);

/// Shows the QR code in the terminal, redraws it in place, and ends when linked.
pub(crate) async fn run(config: Config, id: InstanceId) -> anyhow::Result<()> {
    let stop = StopSignal::heed()?;
    let client = LocalClient::connect(&config).await?;
    let result = tokio::select! {
        result = link(&client, id.get()) => result,
        () = stop.given() => Ok(()),
    };
    client.close().await?;
    result
}

async fn link(client: &LocalClient, id: u64) -> anyhow::Result<()> {
    let row = find(client, id).await?;
    let token = row["apiTokenInstance"].as_str().context("an instance without a token")?;
    println!("Linking instance {id}\n");
    println!("  1. Open WhatsApp on the phone");
    println!("  2. Settings > Linked devices > Link a device");
    println!("  3. Point the camera at this code\n");
    let mut screen = Screen::default();
    loop {
        let answer = client.instance(id, token, "qr", "text/plain").await?;
        let kind = Kind::of(&answer.text);
        match kind {
            Kind::Code => screen.show(&answer.text)?,
            Kind::Linked => {
                println!("\nLinked: instance {id} is authorized");
                return Ok(());
            }
            Kind::Trouble(text) if answer.status == 200 => screen.show(&text)?,
            Kind::Trouble(text) => bail!("the gateway answered {}: {text}", answer.status),
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// What the gateway says about the code.
enum Kind {
    Code,
    Linked,
    Trouble(String),
}

impl Kind {
    fn of(answer: &str) -> Self {
        // A picture is made of blocks; everything else is the JSON of the method `qr`.
        let Ok(json) = serde_json::from_str::<Value>(answer) else {
            return if answer.contains(['█', '▀', '▄']) {
                Self::Code
            } else {
                Self::Trouble(answer.to_owned())
            };
        };
        let message = json["message"].as_str().unwrap_or_default().to_owned();
        match json["type"].as_str() {
            Some("alreadyLogged") => Self::Linked,
            _ => Self::Trouble(message),
        }
    }
}

/// The place on the terminal where the code stands.
#[derive(Default)]
struct Screen {
    shown: String,
}

impl Screen {
    /// Replaces what is shown, if it is another text.
    fn show(&mut self, text: &str) -> anyhow::Result<()> {
        if text == self.shown {
            return Ok(());
        }
        let mut out = std::io::stdout().lock();
        if out.is_terminal() && !self.shown.is_empty() {
            // Up to the first line of what is shown, then clear to the end of the screen.
            write!(out, "\x1b[{}A\x1b[J", self.shown.lines().count())?;
        }
        text.clone_into(&mut self.shown);
        for line in text.lines() {
            writeln!(out, "{line}")?;
        }
        out.flush()?;
        Ok(())
    }
}
