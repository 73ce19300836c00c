//! The pages: the one that links a phone (`/waInstance{id}/{token}`) and the console.
//!
//! Everything is rendered here and embedded in the binary: templates, style, scripts and six
//! languages. A page stays in step with its instances over an event stream that carries
//! *regions*: parts of the page, already rendered (see [`region`]). Without scripts every
//! page still works.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod assets;
mod chat;
mod content_policy;
mod cookies;
mod event;
mod frame;
mod headers;
mod instance_regions;
mod instances;
mod language;
mod link;
mod live;
mod moment;
mod problem;
mod qr_page;
mod region;
mod sections;
mod sessions;
mod shared;
mod sign_in;
mod signed_in;
mod streams;
mod tail;
mod texts;
mod throttle;
mod typed_number;
mod visitor;
mod words;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{get, post};
use siskin_fleet::Fleet;
use siskin_model::Token;

use crate::shared::Console;

/// What the pages need of the gateway.
#[derive(Clone)]
pub struct ConsoleContext {
    /// The instances.
    pub fleet: Arc<Fleet>,
    /// Opens the console.
    pub admin_token: Token,
    /// Set where the WhatsApp network is the simulated one.
    pub sandbox: Option<SandboxInfo>,
}

/// The WhatsApp network is the simulated one: the pages are marked, offer its virtual
/// phones, and the console can be entered by a link (`/console/enter/{admin token}`).
#[derive(Debug, Clone, Default)]
pub struct SandboxInfo {
    /// The origin that the virtual phones answer at, such as `http://127.0.0.1:8080`, below
    /// the path `/sandbox/phones`; empty: the pages' own.
    pub phones_url: String,
}

/// Every page: the console (`/console…`), what the QR page calls (`/qr-page…`) and, as the
/// fallback, the QR page itself at `GET /waInstance{id}/{token}`, the root, which leads to the
/// console, and for every other path the page that says so.
///
/// A router cannot match a prefix inside a segment, so the fallback splits the path itself;
/// whoever has a fallback of its own can call this one where it has recognised such a path.
pub fn router(context: ConsoleContext) -> Router {
    let shared = Console::new(context);
    let mut pages = Router::new()
        .route("/console/sign-in", get(sign_in::ask).post(sign_in::enter))
        .route("/console/sign-out", post(sign_in::leave))
        .merge(instances::routes())
        .merge(qr_page::routes())
        .fallback(qr_page::show);
    if shared.sandbox.is_some() {
        pages = pages.route("/console/enter/{token}", get(sign_in::enter_by_link));
    }
    pages
        .layer(from_fn(language::remember))
        .layer(from_fn_with_state(shared.clone(), headers::protect))
        .route("/console/assets/{version}/{name}", get(assets::serve))
        .route("/favicon.ico", get(assets::favicon))
        .with_state(shared)
}
