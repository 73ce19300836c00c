//! The HTTP server: HTTP/1.1 with bounds on how many connections there are and on how long a
//! client may keep one waiting. Without them, clients that say nothing, or do not read, hold
//! sockets until there are none left.

mod bodies;
mod pace;
mod places;
mod socket;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::client_address::Peer;
use bodies::{Arriving, Leaving};
pub(crate) use places::Places;
use places::{Place, Presence};
use socket::Socket;

/// How long the line and the headers of a request may take, from the end of the one before:
/// also how long a connection that is kept alive may be idle.
const HEADERS: Duration = Duration::from_secs(75);

/// Serves until `stopping`; then ends when the requests that are under way have ended.
pub(crate) async fn serve(
    mut listener: TcpListener,
    app: Router,
    places: Arc<Places>,
    stopping: CancellationToken,
) {
    let connections = TaskTracker::new();
    loop {
        // The trait's `accept` waits out what passes, such as a lack of file handles.
        let (socket, peer) = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            accepted = Listener::accept(&mut listener) => accepted,
        };
        if let Some(place) = places.take(peer.ip()) {
            connections.spawn(connection(socket, peer, place, app.clone(), stopping.clone()));
        }
    }
    drop(listener);
    connections.close();
    connections.wait().await;
}

async fn connection(
    socket: TcpStream,
    peer: SocketAddr,
    place: Place,
    app: Router,
    stopping: CancellationToken,
) {
    // Small answers must not wait for the next packet.
    let _ = socket.set_nodelay(true);
    let (presence, served) = (place.presence().clone(), place.presence().clone());
    let service =
        service_fn(move |request| answer(app.clone(), Peer(peer.ip()), served.clone(), request));
    let socket = TokioIo::new(Socket::new(socket, place));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS)
        .serve_connection(socket, service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            ended = &mut connection => break ended,
            () = presence.sent_away() => return,
            () = stopping.cancelled(), if !is_stopping => {
                is_stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    };
    // A client that goes away or talks nonsense is nobody's fault here.
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

async fn answer(
    app: Router,
    peer: Peer,
    presence: Arc<Presence>,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    presence.serves();
    let mut request = request.map(|body| Body::new(Arriving::new(body, presence.clone())));
    request.extensions_mut().insert(peer);
    let response = app.oneshot(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        // From here on it is a websocket, which is served as long as it is open.
        return Ok(response);
    }
    Ok(response.map(|body| Body::new(Leaving::new(body, presence))))
}

#[cfg(test)]
mod tests;
