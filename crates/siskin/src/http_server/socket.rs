use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use super::pace::Pace;
use super::places::Place;

/// How long a client may take for the first byte that it ever sends.
pub(super) const FIRST_BYTE: Duration = Duration::from_secs(20);

/// The socket of a connection. It fails when its client does not say a word, or does not read
/// what it is sent; and it holds the connection's place, also after it became a websocket.
pub(super) struct Socket {
    inner: TcpStream,
    first_byte: Option<Pin<Box<Sleep>>>,
    writing: Pace,
    place: Place,
}

impl Socket {
    pub(super) fn new(inner: TcpStream, place: Place) -> Self {
        let first_byte = Some(Box::pin(sleep(FIRST_BYTE)));
        Self { inner, first_byte, writing: Pace::default(), place }
    }

    /// What a write has come to; one that has to wait uses up the patience.
    fn written(
        &mut self,
        cx: &mut Context<'_>,
        write: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match &write {
            Poll::Ready(Ok(bytes)) => {
                self.writing.went_on(*bytes);
                self.place.presence().is_served();
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                self.place.presence().stalls();
                if self.writing.poll_waiting(cx).is_ready() {
                    return Poll::Ready(Err(too_slow("the client does not read its answer")));
                }
            }
        }
        write
    }
}

fn too_slow(what: &str) -> io::Error {
    metrics::counter!("siskin_http_connections_too_slow_total").increment(1);
    io::Error::new(ErrorKind::TimedOut, what)
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let read = Pin::new(&mut this.inner).poll_read(cx, buffer);
        if read.is_ready() {
            this.first_byte = None;
        } else if let Some(late) = &mut this.first_byte
            && late.as_mut().poll(cx).is_ready()
        {
            return Poll::Ready(Err(too_slow("the client has not said a word")));
        }
        read
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.inner).poll_write(cx, bytes);
        this.written(cx, write)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let write = Pin::new(&mut this.inner).poll_write_vectored(cx, slices);
        this.written(cx, write)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}
