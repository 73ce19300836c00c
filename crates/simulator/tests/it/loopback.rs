//! The clients' way to the simulator.

use std::net::SocketAddr;
use std::sync::Arc;

use async_trait::async_trait;
use tokio::net::TcpStream;
use wacore::net::{Transport, TransportEvent, TransportFactory};

/// Connects to the simulator, without TCP's delay on small packets.
pub struct Loopback(pub SocketAddr);

#[async_trait]
impl TransportFactory for Loopback {
    async fn create_transport(
        &self,
    ) -> anyhow::Result<(Arc<dyn Transport>, async_channel::Receiver<TransportEvent>)> {
        let stream = TcpStream::connect(self.0).await?;
        stream.set_nodelay(true)?;
        let uri = format!("ws://{}/ws/chat", self.0).parse()?;
        let (socket, _) = tokio_websockets::ClientBuilder::from_uri(uri).connect_on(stream).await?;
        Ok(whatsapp_rust::transport::from_websocket(socket))
    }
}
