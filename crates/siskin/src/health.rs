//! Is it well, can it be asked, how much of what: for supervisors and monitors.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use siskin_fleet::Fleet;

#[derive(Clone)]
struct Health {
    fleet: Arc<Fleet>,
    metrics: PrometheusHandle,
}

pub(crate) fn router(fleet: Arc<Fleet>, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(show_metrics))
        .with_state(Health { fleet, metrics })
}

/// The process is there and answers.
async fn healthz() -> Response {
    Json(json!({
        "status": "ok",
        "version": env!("CARGO_PKG_VERSION"),
        "sandbox": siskin_whatsapp::SIMULATOR_ONLY,
    }))
    .into_response()
}

/// It can do its work: it is not on its way out and its store answers.
async fn readyz(State(health): State<Health>) -> Response {
    if health.fleet.stopping().is_cancelled() {
        return not_ready("shutting down");
    }
    let probe = health.fleet.list().first().map(|instance| instance.id());
    let id = probe.unwrap_or(siskin_model::InstanceId::FIRST);
    match health.fleet.store().state_history(id, 1).await {
        Ok(_) => Json(json!({"status": "ready"})).into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            not_ready("the store does not answer")
        }
    }
}

fn not_ready(reason: &str) -> Response {
    let body = Json(json!({"status": "not ready", "reason": reason}));
    (StatusCode::SERVICE_UNAVAILABLE, body).into_response()
}

async fn show_metrics(State(health): State<Health>) -> Response {
    let mut states: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut online = 0_u32;
    for instance in health.fleet.list() {
        let link = instance.link();
        let link = link.borrow();
        *states.entry(link.state().as_str()).or_default() += 1;
        online += u32::from(link.socket() == siskin_model::SocketStatus::Online);
    }
    let mut text = health.metrics.render();
    text.push_str("# HELP siskin_instances Instances by state.\n");
    text.push_str("# TYPE siskin_instances gauge\n");
    for (state, count) in states {
        text.push_str(&format!("siskin_instances{{state=\"{state}\"}} {count}\n"));
    }
    text.push_str("# HELP siskin_sockets_online Logged-in sockets.\n");
    text.push_str("# TYPE siskin_sockets_online gauge\n");
    text.push_str(&format!("siskin_sockets_online {online}\n"));
    if let Some(bytes) = resident_bytes() {
        text.push_str("# HELP process_resident_memory_bytes Memory of this process.\n");
        text.push_str("# TYPE process_resident_memory_bytes gauge\n");
        text.push_str(&format!("process_resident_memory_bytes {bytes}\n"));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// The memory of this process that is really there; only where the system tells it.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}
