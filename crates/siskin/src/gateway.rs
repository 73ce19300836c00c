//! Everything wired together: one gateway on one address.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::middleware::from_fn_with_state;
use siskin_delivery::Delivery;
use siskin_fleet::{Fleet, Pacing, Setup};
use siskin_media::MediaFolder;
use siskin_model::Token;
use siskin_outbound::{Fetcher, Policy};
use siskin_store::{GatewaySecret, Secrets as _, SystemClock};
use siskin_store_sqlite::SqliteStore;
use siskin_whatsapp::{Endpoint, Versions, WhatsApp};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tower::ServiceExt as _;

use crate::client_address::{self, Proxies};
use crate::config::{Config, RateLimits, SendPause, Targets};
use crate::data_folder::{DataFolder, Running};
use crate::http_server::{self, Places};
use crate::known_hosts::{self, KnownHosts};
use crate::previews::Pages;
use crate::wrong_tokens::{self, Guesses};
use crate::{health, open_files, panics, telemetry};

/// How long requests that are under way may take to end at shutdown. Together with the
/// fleet's own bound this stays under the 20 s that a supervisor grants.
const DRAIN: Duration = Duration::from_secs(3);

/// What a gateway is made of, beside its configuration.
pub struct Parts {
    /// The folder that it keeps everything in.
    pub folder: DataFolder,
    /// Where WhatsApp is.
    pub endpoint: Endpoint,
    /// The version of its clients.
    pub versions: Arc<Versions>,
    /// Pages and calls beside the gateway's own: the virtual phones of a sandbox.
    pub extra: Option<Router>,
    /// The origin at which pages reach the virtual phones, in a sandbox; empty: their own.
    pub phones_url: Option<String>,
}

/// A running gateway.
pub struct Gateway {
    address: SocketAddr,
    fleet: Arc<Fleet>,
    delivery: Arc<Delivery>,
    store: Arc<SqliteStore>,
    partner_token: Token,
    admin_token: Token,
    first_start: bool,
    server: JoinHandle<()>,
    _folder: DataFolder,
}

impl Gateway {
    /// Starts a gateway: the port first, so that nothing has happened if it is taken.
    ///
    /// # Errors
    /// When the port is in use or what is kept cannot be read.
    pub async fn start(config: &Config, mut parts: Parts) -> anyhow::Result<Self> {
        let metrics = telemetry::metrics()?;
        let listener = listen(config.listen).await?;
        let address = listener.local_addr()?;
        let store = Arc::new(SqliteStore::open(&parts.folder.database()).await?);
        let partner = store.secret_or(GatewaySecret::Partner, random_token()).await?;
        let admin = store.secret_or(GatewaySecret::Admin, random_token()).await?;
        let partner_token = config.partner_token().unwrap_or(partner.0);
        let admin_token = config.admin_token().unwrap_or(admin.0);
        let engine = WhatsApp::new(parts.folder.keys(), parts.endpoint, parts.versions);
        let media = MediaFolder::new(parts.folder.media());
        media.clean().await?;
        let fetcher = Fetcher::new(policy(config.fetch_targets));
        let setup = Setup {
            store: store.clone(),
            engine: Arc::new(engine),
            clock: Arc::new(SystemClock),
            media,
            previews: Arc::new(Pages(fetcher.clone())),
            base_url: base_url(config, address),
            pacing: match config.send_pause {
                SendPause::Settings => Pacing::Settings,
                SendPause::Off => Pacing::Off,
            },
            file_limits: config.file_limits(),
        };
        let fleet = Fleet::start(setup).await?;
        let delivery = start_delivery(config, &fleet)?;
        let console = siskin_console::router(siskin_console::ConsoleContext {
            fleet: fleet.clone(),
            admin_token: admin_token.clone(),
            sandbox: parts.phones_url.map(|phones_url| siskin_console::SandboxInfo { phones_url }),
        });
        let api = siskin_api::router(siskin_api::ApiContext {
            fleet: fleet.clone(),
            delivery: delivery.clone(),
            fetcher,
            partner_token: partner_token.clone(),
            rate_limits: match config.rate_limits {
                RateLimits::Vendor => siskin_api::RateLimits::Vendor,
                RateLimits::Off => siskin_api::RateLimits::Off,
            },
            pages: Some(pages(console.clone())),
        });
        let app = console
            .reset_fallback()
            .merge(health::router(fleet.clone(), metrics))
            .merge(parts.extra.unwrap_or_default())
            .fallback_service(api);
        let proxies = Proxies::new(config.proxies.clone());
        let app = guarded(panics::caught(app), KnownHosts::of(config), proxies.clone());
        let server = http_server::serve(listener, app, places(config, proxies), fleet.stopping());
        parts.folder.announce(&Running {
            pid: std::process::id(),
            api_url: url(address),
            partner_token: partner_token.expose().to_owned(),
        })?;
        Ok(Self {
            address,
            fleet,
            delivery,
            store,
            partner_token,
            admin_token,
            first_start: admin.1 && config.admin_token().is_none(),
            server: tokio::spawn(server),
            _folder: parts.folder,
        })
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        url(self.address)
    }

    /// Its instances.
    pub fn fleet(&self) -> &Arc<Fleet> {
        &self.fleet
    }

    /// The secret of the partner methods.
    pub fn partner_token(&self) -> &Token {
        &self.partner_token
    }

    /// The secret of the console.
    pub fn admin_token(&self) -> &Token {
        &self.admin_token
    }

    /// Whether the console's secret was made just now: the one time that it is shown.
    pub fn is_first_start(&self) -> bool {
        self.first_start
    }

    /// Ends requests that wait, closes every connection and the store.
    ///
    /// # Errors
    /// When the server had failed.
    pub async fn shutdown(mut self) -> anyhow::Result<()> {
        tracing::info!("shutting down");
        self.fleet.stopping().cancel();
        let served = tokio::time::timeout(DRAIN, &mut self.server).await;
        if served.is_err() {
            self.server.abort();
        }
        self.fleet.shutdown().await;
        self.delivery.stop().await;
        self.store.close().await;
        // Not in time is no fault; a panic in the server is.
        served.unwrap_or(Ok(()))?;
        Ok(())
    }
}

/// The connections that this process has files for.
fn places(config: &Config, proxies: Proxies) -> Arc<Places> {
    Places::new(open_files::connections(open_files::raise(), config.connections.get()), proxies)
}

/// The application, behind what looks at whoever asks.
fn guarded(app: Router, known: KnownHosts, proxies: Proxies) -> Router {
    app.layer(from_fn_with_state(Arc::<Guesses>::default(), wrong_tokens::count))
        .layer(from_fn_with_state(proxies, client_address::tell))
        .layer(from_fn_with_state(known, known_hosts::check))
}

/// The pages at paths that are the API's: the console recognises them by itself.
fn pages(console: Router) -> siskin_api::Pages {
    Arc::new(move |request| {
        let console = console.clone();
        Box::pin(async move {
            let shown = console.oneshot(request).await;
            shown.unwrap_or_else(|never| match never {})
        })
    })
}

fn start_delivery(config: &Config, fleet: &Arc<Fleet>) -> anyhow::Result<Arc<Delivery>> {
    let sender = siskin_outbound::Outbound::new(policy(config.webhook_targets));
    Ok(Delivery::start(fleet.clone(), Arc::new(sender), siskin_delivery::Schedule::default()))
}

fn policy(targets: Targets) -> Policy {
    match targets {
        Targets::Any => Policy::AnyIncludingPrivate,
        Targets::Public => Policy::Public,
    }
}

/// What links to files begin with.
fn base_url(config: &Config, address: SocketAddr) -> String {
    match config.public_url.trim_end_matches('/') {
        "" => url(address),
        chosen => chosen.to_owned(),
    }
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!(
            "the address {address} cannot be listened on\n  hint: stop what uses it, or choose \
             another with --listen (port 0 picks a free one)"
        )
    })
}

fn url(address: SocketAddr) -> String {
    // Listening on every address is reached by this machine through loopback.
    let mut shown = address;
    if shown.ip().is_unspecified() {
        shown.set_ip(match address {
            SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
            SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
        });
    }
    format!("http://{shown}")
}

fn random_token() -> Token {
    Token::from_random(rand::random())
}

/// Makes the path absolute for messages.
pub(crate) fn shown(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
