//! Is it well, can it be asked, how much of what: for supervisors and monitors.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use siskin_fleet::Fleet;
use siskin_green_api::Word;
use siskin_model::{InstanceId, Phase, Reason};
use tokio::sync::Mutex;

/// How long the store counts as it was found: each look at it is a commit.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

#[derive(Clone)]
struct Health {
    fleet: Arc<Fleet>,
    metrics: PrometheusHandle,
    looked: Arc<Mutex<Option<StoreCheck>>>,
}

/// How the store was found.
struct StoreCheck {
    at: Instant,
    is_well: bool,
}

pub(crate) fn router(fleet: Arc<Fleet>, metrics: PrometheusHandle) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(show_metrics))
        .with_state(Health { fleet, metrics, looked: Arc::default() })
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

/// It can do its work: it is not on its way out, and what comes in can be stored.
async fn readyz(State(health): State<Health>) -> Response {
    if health.fleet.stopping().is_cancelled() {
        return not_ready("shutting down");
    }
    if !health.store_is_well().await {
        return not_ready("the disk is full, or the database cannot be written");
    }
    if let Some(instance) = health.waiting_for_disk().next() {
        let why = Reason::StoreFailed.text();
        return not_ready(&format!("instance {instance}: {why}"));
    }
    Json(json!({"status": "ready"})).into_response()
}

impl Health {
    async fn store_is_well(&self) -> bool {
        let mut looked = self.looked.lock().await;
        if let Some(look) = looked.as_ref().filter(|look| look.at.elapsed() < LOOK_AGAIN) {
            return look.is_well;
        }
        let probed = self.fleet.store().probe_write().await;
        let was_well = looked.as_ref().is_none_or(|look| look.is_well);
        match &probed {
            // Once, and not as often as somebody asks.
            Err(error) if was_well => tracing::error!(%error, "not ready: nothing can be stored"),
            Ok(()) if !was_well => tracing::info!("ready again: the store is well"),
            _ => {}
        }
        *looked = Some(StoreCheck { at: Instant::now(), is_well: probed.is_ok() });
        probed.is_ok()
    }

    /// The instances that are offline until the disk takes what they receive.
    fn waiting_for_disk(&self) -> impl Iterator<Item = InstanceId> {
        let waits = |instance: &Arc<siskin_fleet::Instance>| {
            let link = instance.link();
            let link = link.borrow();
            link.reason == Some(Reason::StoreFailed) && link.phase != Phase::Asleep
        };
        self.fleet.list().into_iter().filter(waits).map(|instance| instance.id())
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
        *states.entry(link.state().word()).or_default() += 1;
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
    text.push_str("# HELP siskin_instances_waiting_for_disk Offline until there is room.\n");
    text.push_str("# TYPE siskin_instances_waiting_for_disk gauge\n");
    let waiting = health.waiting_for_disk().count();
    text.push_str(&format!("siskin_instances_waiting_for_disk {waiting}\n"));
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
