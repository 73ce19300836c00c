//! The bodies of a request and of its answer, watched for a client that keeps them waiting.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use http_body::{Frame, SizeHint};
use hyper::body::Incoming;

use super::pace::Pace;
use super::places::Presence;

/// The body of a request: fails when it does not come.
pub(super) struct Arriving {
    inner: Incoming,
    pace: Pace,
    presence: Arc<Presence>,
}

/// Why a body broke off. Whoever reads it may tell its sender.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    #[error("the body did not come in time")]
    TooSlow,
    #[error(transparent)]
    Http(#[from] hyper::Error),
}

impl Arriving {
    pub(super) fn new(inner: Incoming, presence: Arc<Presence>) -> Self {
        Self { inner, pace: Pace::default(), presence }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let this = self.get_mut();
        let Poll::Ready(frame) = Pin::new(&mut this.inner).poll_frame(cx) else {
            this.presence.stalls();
            ready!(this.pace.poll_waiting(cx));
            metrics::counter!("siskin_http_connections_too_slow_total").increment(1);
            return Poll::Ready(Some(Err(Broken::TooSlow)));
        };
        let bytes = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
        let bytes = bytes.map_or(0, Bytes::len);
        this.pace.went_on(bytes);
        if frame.is_none() || this.inner.is_end_stream() {
            this.presence.is_served();
        } else {
            this.presence.goes_on(bytes);
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Broken::Http)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// The body of an answer: when it ends, the connection waits for its client again.
pub(super) struct Leaving {
    inner: Body,
    presence: Arc<Presence>,
}

impl Leaving {
    pub(super) fn new(inner: Body, presence: Arc<Presence>) -> Self {
        Self { inner, presence }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.presence.idles();
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.get_mut().inner).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
