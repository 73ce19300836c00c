//! What the operator sees of the calls: a span and a metric each, with the method's name and
//! the instance's number, never with a path, which has a token in it.

use std::time::Duration;

use http::StatusCode;
use tracing::Span;
use tracing::field::Empty;

use crate::methods::Method;

/// Stands for every method that is none: names that callers make up must not become labels.
const UNKNOWN: &str = "unknown";

fn name(method: Option<&Method>) -> &'static str {
    method.map_or(UNKNOWN, Method::name)
}

pub(crate) fn span(method: Option<&Method>, instance: Option<u64>) -> Span {
    tracing::info_span!("call", method = name(method), instance, status = Empty)
}

pub(crate) fn finished(method: Option<&Method>, status: StatusCode, took: Duration) {
    let name = name(method);
    Span::current().record("status", status.as_u16());
    tracing::debug!(took_ms = took.as_millis(), "call answered");
    metrics::counter!("siskin_http_requests_total",
        "method" => name, "status" => status.as_u16().to_string())
    .increment(1);
    metrics::histogram!("siskin_http_request_duration_seconds", "method" => name).record(took);
}
