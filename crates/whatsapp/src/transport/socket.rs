use tokio::net::TcpStream;
use tokio_websockets::{MaybeTlsStream, WebSocketStream};

/// A socket to WhatsApp.
pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;
