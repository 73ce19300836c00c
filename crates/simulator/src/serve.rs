//! The websocket endpoint and the media hosts on a listener of their own.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::http::StatusCode;
use axum::middleware;
use axum::response::Response;
use axum::routing::any;
use axum::serve::ListenerExt as _;
use siskin_sim_server::{media, serve_client};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::simulator::Simulator;

/// Where clients connect.
pub const WEBSOCKET_PATH: &str = "/ws/chat";
/// A protocol frame has at most 16 MiB; nobody sends one of more than a fraction of it.
const MAX_MESSAGE: usize = 16 * 1024 * 1024;

impl Simulator {
    /// Serves clients at [`WEBSOCKET_PATH`] until `shutdown`; then their sockets are
    /// closed.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn serve(
        self: &Arc<Self>,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> std::io::Result<()> {
        serve_router(listener, websocket(self.clone(), shutdown.clone()), shutdown).await
    }
}

/// How long answers that take their time, such as streams of events, may hold up the end.
const GRACE: Duration = Duration::from_secs(2);

/// Serves a router without the delay that TCP puts on small packets, which would cost each
/// stanza some 40 ms.
///
/// # Errors
/// When the listener fails.
pub async fn serve_router(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
) -> std::io::Result<()> {
    let listener = listener.tap_io(|socket| {
        if let Err(error) = socket.set_nodelay(true) {
            tracing::debug!(%error, "cannot set TCP_NODELAY");
        }
    });
    let stop = shutdown.clone().cancelled_owned();
    let served = axum::serve(listener, router).with_graceful_shutdown(stop).into_future();
    tokio::select! {
        outcome = served => outcome,
        () = async {
            shutdown.cancelled().await;
            tokio::time::sleep(GRACE).await;
        } => Ok(()),
    }
}

/// The websocket endpoint and the media hosts as a router, to be mounted beside others that
/// have no fallback of their own.
pub fn websocket(simulator: Arc<Simulator>, shutdown: CancellationToken) -> Router {
    let server = simulator.server();
    let media = media::routes(server.media.clone());
    let known_only = middleware::from_fn_with_state(server.counters.clone(), media::known_only);
    let upgrade = async move |request: WebSocketUpgrade| -> Response {
        request.max_message_size(MAX_MESSAGE).on_upgrade(async move |socket| {
            serve_client(simulator.server().clone(), socket, shutdown).await;
            // The folder stays the network's own until its last client has gone.
            drop(simulator);
        })
    };
    Router::new()
        .route(WEBSOCKET_PATH, any(upgrade))
        .merge(media)
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(known_only)
}
