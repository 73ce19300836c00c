use std::sync::Arc;

use axum::http::HeaderValue;
use siskin_fleet::Fleet;
use siskin_model::{Token, UnixMillis};

use crate::content_policy;
use crate::sessions::Sessions;
use crate::streams::Streams;
use crate::tail::Tails;
use crate::throttle::Throttle;
use crate::{ConsoleContext, SandboxInfo};

/// What all requests share.
pub(crate) struct Console {
    pub fleet: Arc<Fleet>,
    pub admin_token: Token,
    pub sandbox: Option<SandboxInfo>,
    pub policy: HeaderValue,
    pub sessions: Sessions,
    pub throttle: Throttle,
    pub tails: Tails,
    pub streams: Streams,
}

pub(crate) type Shared = Arc<Console>;

impl Console {
    pub fn new(context: ConsoleContext) -> Shared {
        let phones = context.sandbox.as_ref().map_or("", |sandbox| sandbox.phones_url.as_str());
        Arc::new(Self {
            policy: content_policy::policy(phones),
            fleet: context.fleet,
            admin_token: context.admin_token,
            sandbox: context.sandbox,
            sessions: Sessions::default(),
            throttle: Throttle::default(),
            tails: Tails::default(),
            streams: Streams::default(),
        })
    }

    pub fn now(&self) -> UnixMillis {
        self.fleet.clock().now()
    }
}
