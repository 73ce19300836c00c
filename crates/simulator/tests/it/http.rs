//! The HTTP client of the tests: every `https://host` is the simulator's address. It streams
//! in both directions, as the engine's own does.

use std::collections::HashMap;
use std::io::{self, BufRead as _, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};

use async_trait::async_trait;
use wacore::net::{HttpClient, HttpRequest, HttpResponse, StreamingHttpResponse};

/// Whom a client reaches by HTTP.
#[derive(Clone, Copy)]
pub struct Hosts(pub SocketAddr);

impl Hosts {
    /// Sends a request with a body of `length` bytes; gives the status, the headers and the
    /// body that comes back.
    pub fn send(
        &self,
        request: &HttpRequest,
        body: &mut dyn Read,
        length: u64,
    ) -> anyhow::Result<Answer> {
        let rest = request.url.split_once("://").map_or("", |(_, rest)| rest);
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut socket = TcpStream::connect(self.0)?;
        write!(socket, "{} /{path} HTTP/1.1\r\nHost: {host}\r\n", request.method)?;
        write!(socket, "Connection: close\r\nContent-Length: {length}\r\n")?;
        for (name, value) in &request.headers {
            write!(socket, "{name}: {value}\r\n")?;
        }
        write!(socket, "\r\n")?;
        io::copy(&mut body.take(length), &mut socket)?;
        Answer::read(BufReader::new(socket))
    }
}

/// An answer whose body is still to be read.
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    body: BufReader<TcpStream>,
    left: u64,
}

impl Answer {
    fn read(mut body: BufReader<TcpStream>) -> anyhow::Result<Self> {
        let mut line = String::new();
        body.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status = status.ok_or_else(|| anyhow::anyhow!("no answer"))?;
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            body.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let left = headers.get("content-length").and_then(|length| length.parse().ok());
        let left = left.ok_or_else(|| anyhow::anyhow!("an answer without a length"))?;
        Ok(Self { status, headers, body, left })
    }

    /// The whole body.
    pub fn bytes(mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

impl Read for Answer {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Ok(0);
        }
        let room = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let count = self.body.read(&mut buffer[..room])?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= count as u64;
        Ok(count)
    }
}

#[async_trait]
impl HttpClient for Hosts {
    async fn execute(&self, request: HttpRequest) -> anyhow::Result<HttpResponse> {
        let hosts = *self;
        tokio::task::spawn_blocking(move || {
            let body = request.body.clone().unwrap_or_default();
            let answer = hosts.send(&request, &mut &body[..], body.len() as u64)?;
            let status_code = answer.status;
            Ok(HttpResponse { status_code, body: answer.bytes()? })
        })
        .await?
    }

    fn supports_streaming(&self) -> bool {
        true
    }

    fn execute_streaming(&self, request: HttpRequest) -> anyhow::Result<StreamingHttpResponse> {
        let answer = self.send(&request, &mut io::empty(), 0)?;
        Ok(StreamingHttpResponse { status_code: answer.status, body: Box::new(answer) })
    }

    fn supports_upload_streaming(&self) -> bool {
        true
    }

    fn execute_upload(
        &self,
        request: HttpRequest,
        mut body: Box<dyn Read + Send>,
        content_length: u64,
    ) -> anyhow::Result<HttpResponse> {
        let answer = self.send(&request, &mut body, content_length)?;
        let status_code = answer.status;
        Ok(HttpResponse { status_code, body: answer.bytes()? })
    }
}
