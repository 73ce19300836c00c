//! The HTTP server: as axum's own, with a bound on how long a client may take to say what it
//! wants. Without one, a client that never ends its request holds its socket for ever.

use std::time::Duration;

use axum::Router;
use axum::serve::Listener;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long the line and the headers of a request may take, from the end of the one before:
/// also how long a connection that is kept alive may be idle.
const HEADERS: Duration = Duration::from_secs(75);

/// Serves until `stopping`; then ends when the requests that are under way have ended.
pub(crate) async fn serve(mut listener: TcpListener, app: Router, stopping: CancellationToken) {
    let mut server = Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    let connections = GracefulShutdown::new();
    loop {
        // The trait's `accept` waits out what passes, such as a lack of file handles.
        let (socket, _) = tokio::select! {
            biased;
            () = stopping.cancelled() => break,
            accepted = Listener::accept(&mut listener) => accepted,
        };
        // Small answers must not wait for the next packet.
        let _ = socket.set_nodelay(true);
        let service = TowerToHyperService::new(app.clone());
        let connection = server.serve_connection_with_upgrades(TokioIo::new(socket), service);
        let watched = connections.watch(connection.into_owned());
        tokio::spawn(async move {
            // A client that goes away or talks nonsense is nobody's fault here.
            if let Err(error) = watched.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    connections.shutdown().await;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn start() -> (std::net::SocketAddr, CancellationToken) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, stopping) = (listener.local_addr().unwrap(), CancellationToken::new());
        let app = Router::new().route("/", get(|| async { "well" }));
        tokio::spawn(serve(listener, app, stopping.clone()));
        (address, stopping)
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_never_ends_loses_its_socket() {
        let (address, _stopping) = start().await;
        let mut socket = TcpStream::connect(address).await.unwrap();
        socket.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nHalf").await.unwrap();
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(HEADERS * 2, socket.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "the socket is still open");
    }

    #[tokio::test]
    async fn a_request_is_answered_and_a_stopped_server_takes_no_more() {
        let (address, stopping) = start().await;
        let mut socket = TcpStream::connect(address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        socket.write_all(request).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("well"), "{answer}");
        stopping.cancel();
        let refused = async || {
            anyhow::ensure!(TcpStream::connect(address).await.is_err(), "it still listens");
            Ok(())
        };
        siskin_testkit::eventually("a closed port", HEADERS, refused).await.unwrap();
    }
}
