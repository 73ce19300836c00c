//! A socket between the engine and a server, with the commits played by the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _, poll};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_websockets::{Message, ServerBuilder, WebSocketStream};
use wacore::net::{Transport, TransportEvent, TransportFactory as _};

use super::{SocketWatcher, Sockets};
use crate::endpoint::Endpoint;

/// How long a test waits for what comes at once.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets frames out once it is opened, unless what came before them was lost.
#[derive(Default)]
struct Gate(watch::Sender<Option<bool>>);

impl Gate {
    fn open(&self, committed: bool) {
        self.0.send_replace(Some(committed));
    }
}

#[async_trait]
impl SocketWatcher for Gate {
    fn may_connect(&self) -> anyhow::Result<()> {
        Ok(())
    }

    fn unreachable(&self, why: &anyhow::Error) {
        panic!("{why}");
    }

    fn not_trusted(&self) {}

    fn offline(&self) {}

    async fn before_send(&self) -> anyhow::Result<()> {
        let committed = *self.0.subscribe().wait_for(Option::is_some).await?;
        anyhow::ensure!(committed == Some(true), "it was lost");
        Ok(())
    }

    async fn before_receive(&self) -> anyhow::Result<()> {
        Ok(())
    }
}

struct Line {
    gate: Arc<Gate>,
    transport: Arc<dyn Transport>,
    events: async_channel::Receiver<TransportEvent>,
    server: WebSocketStream<TcpStream>,
}

async fn line() -> Line {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("ws://{}/ws/chat", listener.local_addr().unwrap());
    let gate = Arc::new(Gate::default());
    let endpoint = Endpoint::new(&address).unwrap();
    let sockets = Sockets::new(endpoint, gate.clone(), Arc::default());
    let accepting = async {
        let (stream, _) = listener.accept().await.unwrap();
        ServerBuilder::new().accept(stream).await.unwrap().1
    };
    let (made, server) = tokio::join!(sockets.create_transport(), accepting);
    let (transport, events) = made.unwrap();
    assert!(matches!(events.recv().await, Ok(TransportEvent::Connected)));
    Line { gate, transport, events, server }
}

impl Line {
    /// Hands frames over as the engine does; it is not kept waiting.
    fn send(&self, frames: &[&'static str]) {
        for frame in frames {
            let sent = self.transport.send(Bytes::from_static(frame.as_bytes())).now_or_never();
            sent.expect("the engine waits").unwrap();
        }
    }

    /// What reaches the server, until the line is closed.
    async fn arrived(mut self) -> Vec<Message> {
        let mut arrived = Vec::new();
        let arriving = async {
            while let Some(Ok(message)) = self.server.next().await {
                if !message.is_binary() {
                    break;
                }
                arrived.push(message);
            }
        };
        tokio::time::timeout(PATIENCE, arriving).await.unwrap();
        arrived
    }
}

fn texts(messages: &[Message]) -> Vec<&str> {
    messages.iter().map(|message| str::from_utf8(message.as_payload()).unwrap()).collect()
}

#[tokio::test]
async fn the_engine_goes_on_while_frames_wait_and_they_go_out_in_order() {
    let line = line().await;
    line.send(&["1", "2", "3"]);
    tokio::task::yield_now().await;
    line.send(&["4"]);
    line.gate.open(true);
    line.transport.disconnect().await;
    assert_eq!(texts(&line.arrived().await), ["1", "2", "3", "4"]);
}

#[tokio::test]
async fn what_acknowledges_something_lost_is_not_written_and_the_connection_ends() {
    let line = line().await;
    line.send(&["1"]);
    line.gate.open(false);
    let ended = tokio::time::timeout(PATIENCE, line.events.recv()).await.unwrap();
    assert!(matches!(ended, Ok(TransportEvent::Disconnected(_))));
    let late = line.transport.send(Bytes::from_static(b"2")).await;
    assert!(late.is_err(), "nothing more is taken");
    assert!(line.arrived().await.is_empty());
}

#[tokio::test]
async fn nobody_takes_a_socket_for_closed_while_something_may_still_be_written() {
    let line = line().await;
    line.send(&["1"]);
    let transport = line.transport.clone();
    let mut first = pin!(transport.disconnect());
    let mut second = pin!(transport.disconnect());
    assert!(poll!(&mut first).is_pending());
    assert!(poll!(&mut second).is_pending(), "the first is not through");
    line.gate.open(true);
    futures::join!(first, second);
    assert_eq!(texts(&line.arrived().await), ["1"]);
}
