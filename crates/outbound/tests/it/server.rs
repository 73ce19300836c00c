use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// How many requests a test may leave unlooked at.
const REQUESTS: usize = 64;

/// An HTTP server on loopback that says exactly what it is told to, also what no server
/// should say.
pub(crate) struct Server {
    /// Its address, without a slash at the end.
    pub(crate) url: String,
    /// The requests that came, as text.
    pub(crate) requests: mpsc::Receiver<String>,
    task: JoinHandle<()>,
}

/// What is said to a request.
#[derive(Clone)]
pub(crate) struct Reply {
    head: String,
    body: Vec<u8>,
    then: Then,
}

#[derive(Clone, Copy)]
enum Then {
    Close,
    Hold,
    Repeat(Option<Duration>),
}

impl Reply {
    /// The head has a line for the status and one for each header.
    pub(crate) fn new(head: &str, body: impl Into<Vec<u8>>) -> Self {
        let head = head.lines().map(str::trim).collect::<Vec<_>>().join("\r\n");
        Self { head: format!("HTTP/1.1 {head}\r\n"), body: body.into(), then: Then::Close }
    }

    pub(crate) fn redirect(location: &str) -> Self {
        Self::new(&format!("302 Found\nLocation: {location}\nContent-Length: 0"), "")
    }

    /// Then nothing more comes, and the connection stays.
    pub(crate) fn then_hold(self) -> Self {
        Self { then: Then::Hold, ..self }
    }

    /// Then the body comes again and again, with pauses.
    pub(crate) fn without_end(self, pause: Option<Duration>) -> Self {
        Self { then: Then::Repeat(pause), ..self }
    }
}

impl Server {
    /// Answers requests by their path.
    pub(crate) async fn start(reply: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (sender, requests) = mpsc::channel(REQUESTS);
        let reply = Arc::new(reply);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (sender, reply) = (sender.clone(), reply.clone());
                tokio::spawn(async move {
                    let _ = serve(stream, &sender, &*reply).await;
                });
            }
        });
        Self { url, requests, task }
    }

    /// The address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(
    mut stream: TcpStream,
    sender: &mpsc::Sender<String>,
    reply: &(impl Fn(&str) -> Reply + ?Sized),
) -> std::io::Result<()> {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        request.push(stream.read_u8().await?);
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    let _ = sender.try_send(request);
    let Reply { head, body, then } = reply(&path);
    stream.write_all(format!("{head}Connection: close\r\n\r\n").as_bytes()).await?;
    stream.write_all(&body).await?;
    match then {
        Then::Close => stream.shutdown().await,
        Then::Hold => std::future::pending().await,
        Then::Repeat(pause) => loop {
            if let Some(pause) = pause {
                // Sleeps in the time of the test, which stands still.
                tokio::time::sleep(pause).await;
            }
            stream.write_all(&body).await?;
        },
    }
}
