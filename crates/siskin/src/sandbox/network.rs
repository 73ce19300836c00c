use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use axum::Router;
use axum::middleware::from_fn_with_state;
use siskin_outbound::{Outbound, Policy};
use siskin_simulator::{Config, Simulator, WEBSOCKET_PATH, phone_api, serve_router, websocket};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::known_hosts::{self, KnownHosts};

/// A list of phones, with room for thousands.
pub(super) const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// A simulated network: this process's own, or another's.
pub(crate) struct Network {
    websocket_url: String,
    phones_url: Option<String>,
    own: Option<Own>,
}

struct Own {
    simulator: Arc<Simulator>,
    shutdown: CancellationToken,
    server: JoinHandle<std::io::Result<()>>,
}

/// A virtual phone, as a greeting shows it.
#[derive(serde::Serialize, serde::Deserialize)]
pub(crate) struct PhoneLine {
    pub(crate) phone: String,
    pub(crate) name: String,
}

impl Network {
    /// One of our own, its websocket on a port that is free, its phones on the gateway's.
    pub(crate) async fn own(folder: PathBuf, phones: usize) -> anyhow::Result<Self> {
        let simulator = start(Some(folder), phones).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shutdown = CancellationToken::new();
        let (served, stop) = (simulator.clone(), shutdown.clone());
        let server = tokio::spawn(async move { served.serve(listener, stop).await });
        Ok(Self {
            websocket_url: format!("ws://{address}{WEBSOCKET_PATH}"),
            phones_url: None,
            own: Some(Own { simulator, shutdown, server }),
        })
    }

    /// One of our own on an address that was asked for, websocket and phones together.
    pub(crate) async fn alone(
        address: SocketAddr,
        folder: Option<PathBuf>,
        phones: usize,
    ) -> anyhow::Result<Self> {
        only_loopback("the simulated network", address)?;
        let listener = TcpListener::bind(address).await.with_context(|| {
            format!(
                "the address {address} cannot be listened on\n  hint: choose another with --listen"
            )
        })?;
        let address = listener.local_addr()?;
        let simulator = start(folder, phones).await?;
        let shutdown = CancellationToken::new();
        // The phones obey everybody. WhatsApp's own side is called by WhatsApp's names.
        let phones = phone_api(simulator.clone())
            .layer(from_fn_with_state(KnownHosts::default(), known_hosts::check));
        let router = phones.merge(websocket(simulator.clone(), shutdown.clone()));
        let server = tokio::spawn(serve_router(listener, router, shutdown.clone()));
        Ok(Self {
            websocket_url: format!("ws://{address}{WEBSOCKET_PATH}"),
            phones_url: Some(format!("http://{address}")),
            own: Some(Own { simulator, shutdown, server }),
        })
    }

    /// Another process's, by the address of its websocket.
    pub(crate) fn elsewhere(websocket_url: &str) -> anyhow::Result<Self> {
        let authority = websocket_url
            .strip_prefix("ws://")
            .and_then(|rest| rest.split('/').next())
            .filter(|authority| is_loopback(authority))
            .with_context(|| {
                format!(
                    "'{websocket_url}' is not a simulator on loopback\n  hint: it is the \
                     simulatorUrl that `siskin simulator` prints, such as \
                     ws://127.0.0.1:9090{WEBSOCKET_PATH}"
                )
            })?;
        Ok(Self {
            websocket_url: websocket_url.to_owned(),
            phones_url: Some(format!("http://{authority}")),
            own: None,
        })
    }

    pub(crate) fn websocket_url(&self) -> &str {
        &self.websocket_url
    }

    /// Where the phones are; unknown while they wait for the gateway's address.
    pub(crate) fn phones_url(&self) -> Option<&str> {
        self.phones_url.as_deref()
    }

    pub(crate) fn set_phones_url(&mut self, gateway: &str) {
        self.phones_url.get_or_insert_with(|| gateway.to_owned());
    }

    /// The calls that move the phones, for the gateway to offer to its own pages.
    pub(crate) fn phone_api(&self) -> Option<Router> {
        match (&self.own, &self.phones_url) {
            (Some(own), _) => Some(phone_api(own.simulator.clone())),
            (None, Some(phones_url)) => Some(super::proxy::router(phones_url)),
            (None, None) => None,
        }
    }

    pub(crate) fn simulator(&self) -> Option<&Arc<Simulator>> {
        self.own.as_ref().map(|own| &own.simulator)
    }

    /// Every phone, by number.
    pub(crate) async fn phones(&self) -> anyhow::Result<Vec<PhoneLine>> {
        let url = self.phones_url().context("the phones have no address yet")?;
        let outbound = Outbound::new(Policy::AnyIncludingPrivate);
        let (_, text) = outbound
            .call(&format!("{url}/sandbox/phones"), None, "application/json", LARGEST_ANSWER)
            .await
            .with_context(|| format!("no simulator answers at {url}"))?;
        serde_json::from_str(&text).context("the list of phones cannot be read")
    }

    pub(crate) async fn shutdown(self) {
        let Some(own) = self.own else { return };
        own.shutdown.cancel();
        if let Ok(Err(error)) = own.server.await {
            tracing::warn!(%error, "the simulated network had failed");
        }
    }
}

/// The phones have no token: they must not be offered to other machines.
pub(super) fn only_loopback(what: &str, address: SocketAddr) -> anyhow::Result<()> {
    if address.ip().is_loopback() {
        return Ok(());
    }
    bail!(
        "{what} only listens on loopback, not on {address}: its phones obey everybody\n  hint: \
         --listen 127.0.0.1:{0}, and from another machine `ssh -L {0}:127.0.0.1:{0}`",
        address.port()
    );
}

async fn start(data_dir: Option<PathBuf>, phones: usize) -> anyhow::Result<Arc<Simulator>> {
    let config = Config { data_dir, phones };
    Simulator::start(config).await.context("the simulated network did not start")
}

fn is_loopback(authority: &str) -> bool {
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    host.trim_matches(['[', ']']).parse().is_ok_and(|address: IpAddr| address.is_loopback())
}
