use std::sync::Arc;

use axum::extract::Request;
use axum::response::Response;
use futures::future::BoxFuture;
use siskin_delivery::Delivery;
use siskin_fleet::Fleet;
use siskin_model::{Token, UnixMillis};
use siskin_outbound::Fetcher;

use crate::limits::{Limits, RateLimits};
use crate::missing::Missed;
use crate::pictures::Pictures;
use crate::watchers::Watchers;

/// Draws the pages at paths that are the API's: the one at
/// `GET /waInstance{idInstance}/{apiTokenInstance}`, of which neither the number nor the token
/// is checked, and for browsers what they see where nothing is.
pub type Pages = Arc<dyn Fn(Request) -> BoxFuture<'static, Response> + Send + Sync>;

/// What the API works on.
pub struct ApiContext {
    /// The instances.
    pub fleet: Arc<Fleet>,
    /// Their notification logs.
    pub delivery: Arc<Delivery>,
    /// Its way to the files that callers name by an address.
    pub fetcher: Fetcher,
    /// Opens the partner methods.
    pub partner_token: Token,
    /// Whether the vendor's rate limits apply.
    pub rate_limits: RateLimits,
    /// The pages, one of which the vendor has on a host of its own; without them, their paths
    /// are unknown.
    pub pages: Option<Pages>,
}

/// What every call works on.
pub(crate) struct Context {
    pub fleet: Arc<Fleet>,
    pub delivery: Arc<Delivery>,
    pub fetcher: Fetcher,
    pub partner_token: Token,
    pub pages: Option<Pages>,
    pub limits: Limits,
    pub missed: Missed,
    pub pictures: Pictures,
    pub watchers: Watchers,
}

impl Context {
    /// `rates`: how often each method may be called in a second, by its name.
    pub fn new(given: ApiContext, rates: impl Iterator<Item = (&'static str, u32)>) -> Self {
        Self {
            fleet: given.fleet,
            delivery: given.delivery,
            fetcher: given.fetcher,
            partner_token: given.partner_token,
            pages: given.pages,
            limits: Limits::new(given.rate_limits, rates),
            missed: Missed::default(),
            pictures: Pictures::default(),
            watchers: Watchers::default(),
        }
    }

    pub fn now(&self) -> UnixMillis {
        self.fleet.clock().now()
    }
}
