use anyhow::{Context as _, bail};
use siskin_outbound::{Outbound, Policy};

use crate::config::Config;
use crate::data_folder;

/// The answer is one line.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Succeeds when the gateway is well.
pub(crate) async fn run(config: Config) -> anyhow::Result<()> {
    // The running process knows its port, which may have been picked.
    let url = match data_folder::running(&config.data_dir) {
        Some(running) => running.api_url,
        None => format!("http://{}", config.listen),
    };
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    let (status, text) = outbound
        .call(&format!("{url}/readyz"), None, "application/json", LARGEST_ANSWER)
        .await
        .with_context(|| format!("no gateway answers at {url}"))?;
    if status != 200 {
        bail!("the gateway at {url} is not ready: {text}");
    }
    println!("The gateway at {url} is ready.");
    Ok(())
}
