//! One client's connection: handshake, then stanzas in both directions until either side
//! goes. [`Session`] says who the client is; what it asks for is in [`crate::iq`] and
//! beside it.

mod failure;
mod linked;
mod login;
mod unlinked;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::WebSocket;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use wacore_binary::Node;

use crate::noise::{self, Established};
use crate::server::Server;
use crate::session::{LinkedSession, UnlinkedSession};
use crate::transport::{Outbox, StanzaReader, split, write_out};

/// A client that has not finished the handshake by then is cut off.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(20);
/// Clients ping every 15 to 30 seconds, and show codes for three minutes at most; one that is
/// silent for longer than this is gone.
const IDLE_TIMEOUT: Duration = Duration::from_secs(300);
/// After our goodbye the client has this long to close its side. Closing first could
/// destroy, on its way, the very stanza that says why.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(5);

/// Who is on the other side.
enum Session {
    /// A client that wants to be linked.
    Unlinked(UnlinkedSession),
    /// A device that has logged in.
    Linked(LinkedSession),
    /// A client that was told why it may not come in.
    Refused,
}

/// Serves one client from the first byte to the last.
pub async fn serve_client(server: Arc<Server>, socket: WebSocket, shutdown: CancellationToken) {
    let (mut incoming, mut outgoing) = split(socket);
    let handshake = noise::accept(&mut incoming, &mut outgoing, &server.identity);
    let established = match timeout(HANDSHAKE_TIMEOUT, handshake).await {
        Ok(Ok(established)) => established,
        Ok(Err(error)) => {
            tracing::debug!(%error, "handshake failed");
            return;
        }
        Err(_) => {
            tracing::debug!("handshake timed out");
            return;
        }
    };
    let _open = server.counters.socket_opened();
    let Established { pattern, read, write, frames, client_static, payload } = established;
    server.counters.handshake(pattern);
    let (outbox, outbound) = Outbox::new();
    let writer = tokio::spawn(write_out(outbound, outgoing, write, outbox.clone()));
    let mut connection = Connection {
        reader: StanzaReader::new(incoming, frames, read),
        writer,
        outbox: outbox.clone(),
    };
    let session = login::admit(&server, outbox, client_static, payload).await;
    while let Some(stanza) = connection.next(&shutdown).await {
        tracing::trace!(tag = %stanza.tag, "received");
        match &session {
            Session::Unlinked(session) => unlinked::handle(session, &stanza).await,
            Session::Linked(session) => linked::handle(session, &stanza).await,
            Session::Refused => {}
        }
    }
    match &session {
        Session::Unlinked(session) => unlinked::leave(session).await,
        Session::Linked(session) => linked::leave(session).await,
        Session::Refused => {}
    }
    connection.writer.abort();
}

/// The socket behind the stanzas.
struct Connection {
    reader: StanzaReader,
    writer: JoinHandle<()>,
    outbox: Outbox,
}

impl Connection {
    /// The next stanza. `None` when the connection is over, for whatever reason.
    async fn next(&mut self, shutdown: &CancellationToken) -> Option<Node> {
        tokio::select! {
            stanza = timeout(IDLE_TIMEOUT, self.reader.next()) => {
                stanza.inspect_err(|_| tracing::debug!("closed a silent connection")).ok()?
            }
            () = self.outbox.broken() => None,
            () = shutdown.cancelled() => {
                self.outbox.close();
                let _ = (&mut self.writer).await;
                None
            }
            _ = &mut self.writer => {
                tokio::select! {
                    _ = timeout(GOODBYE_TIMEOUT, self.reader.drain()) => {}
                    () = shutdown.cancelled() => {}
                }
                None
            }
        }
    }
}
