use anyhow::{Context as _, ensure};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer's head is a few hundred bytes.
const LARGEST_HEAD: usize = 8 * 1024;

/// A connection that is kept alive and does next to nothing itself: what it measures is the
/// server.
pub struct Connection {
    socket: TcpStream,
    authority: String,
    request: Vec<u8>,
    received: Vec<u8>,
}

impl Connection {
    /// Connects to the server of an `http://` address.
    ///
    /// # Errors
    /// When nothing listens there.
    pub async fn open(url: &str) -> anyhow::Result<Self> {
        let rest = url.strip_prefix("http://").context("an address begins with http://")?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let socket = TcpStream::connect(authority).await.with_context(|| url.to_owned())?;
        socket.set_nodelay(true)?;
        let request = format!("GET /{path} HTTP/1.1\r\nHost: {authority}\r\nAccept: */*\r\n\r\n");
        let authority = authority.to_owned();
        Ok(Self { socket, authority, request: request.into_bytes(), received: Vec::new() })
    }

    /// Gets the address that it was opened with; the answer's body.
    ///
    /// # Errors
    /// When the answer is not a 200 with its length.
    pub async fn get(&mut self) -> anyhow::Result<&[u8]> {
        self.socket.write_all(&self.request).await?;
        self.answer().await
    }

    /// Posts JSON to a path of the server; the answer's body.
    ///
    /// # Errors
    /// When the answer is not a 200 with its length.
    pub async fn post(&mut self, path: &str, body: &Value) -> anyhow::Result<&[u8]> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.authority,
            body.len()
        );
        self.socket.write_all(request.as_bytes()).await?;
        self.answer().await
    }

    async fn answer(&mut self) -> anyhow::Result<&[u8]> {
        self.received.clear();
        let mut whole = None;
        while whole.is_none_or(|(_, end)| self.received.len() < end) {
            let read = self.socket.read_buf(&mut self.received).await?;
            ensure!(read > 0, "the server closed the connection");
            if whole.is_none() {
                whole = body_bounds(&self.received)?;
            }
        }
        let (start, end) = whole.unwrap_or_default();
        Ok(&self.received[start..end])
    }
}

/// Where the body begins and ends, once the head is there.
fn body_bounds(received: &[u8]) -> anyhow::Result<Option<(usize, usize)>> {
    let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") else {
        ensure!(received.len() < LARGEST_HEAD, "the answer's head has no end");
        return Ok(None);
    };
    let head = std::str::from_utf8(&received[..end])?.to_ascii_lowercase();
    ensure!(head.starts_with("http/1.1 200"), "the server answered {head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    let length: usize = length.context("the answer has no length")?.trim().parse()?;
    Ok(Some((end + 4, end + 4 + length)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_body_is_found_when_the_head_is_whole() {
        assert_eq!(body_bounds(b"HTTP/1.1 200 OK\r\nContent-Le").unwrap(), None);
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
        assert_eq!(body_bounds(answer).unwrap(), Some((38, 41)));
        assert!(body_bounds(b"HTTP/1.1 429 Too Many\r\n\r\n").is_err());
    }
}
