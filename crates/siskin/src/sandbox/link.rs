use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::stream::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use siskin_fleet::Instance;
use siskin_model::{InstanceState, Link};
use siskin_outbound::{Outbound, Policy};

/// How many instances are linked at the same time.
const AT_ONCE: usize = 16;
/// How long one link may take; on a busy machine a hundred share two cores.
const PATIENCE: Duration = Duration::from_secs(120);
/// The answer to a scan is a line.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Links instance i to phone i; those that are linked stay so.
pub(crate) async fn link_all(instances: &[Arc<Instance>], phones_url: &str) -> anyhow::Result<()> {
    let outbound = Outbound::new(Policy::AnyIncludingPrivate);
    let phones = phone_numbers(&outbound, phones_url).await?;
    let pairs: Vec<_> = instances.iter().zip(phones).collect();
    futures::stream::iter(pairs)
        .map(|(instance, phone)| {
            let outbound = &outbound;
            async move {
                tokio::time::timeout(PATIENCE, link(instance, &phone, outbound, phones_url))
                    .await
                    .with_context(|| format!("instance {} is not linked", instance.id()))?
            }
        })
        .buffer_unordered(AT_ONCE)
        .try_collect()
        .await
}

async fn phone_numbers(outbound: &Outbound, phones_url: &str) -> anyhow::Result<Vec<String>> {
    let url = format!("{phones_url}/sandbox/phones");
    let largest = 16 * 1024 * 1024;
    let (_, text) = outbound.call(&url, None, "application/json", largest).await?;
    let phones: Vec<super::network::PhoneLine> = serde_json::from_str(&text)?;
    Ok(phones.into_iter().map(|line| line.phone).collect())
}

async fn link(
    instance: &Instance,
    phone: &str,
    outbound: &Outbound,
    phones_url: &str,
) -> anyhow::Result<()> {
    let mut watch = instance.link();
    let has_keys = watch.wait_for(|link| link.has_keys() || link.qr().is_some());
    let viewer = instance.view_qr();
    let qr = has_keys.await?.qr().map(|qr| qr.text.clone());
    if let Some(qr) = qr {
        let url = format!("{phones_url}/sandbox/phones/{phone}/scan");
        let body = json!({ "qr": qr });
        let (status, text) =
            outbound.call(&url, Some(&body), "application/json", LARGEST_ANSWER).await?;
        if status != 200 {
            bail!("phone {phone} did not scan: {text}");
        }
    }
    let online = |link: &Link| link.state() == InstanceState::Authorized;
    watch.wait_for(online).await?;
    drop(viewer);
    Ok(())
}
