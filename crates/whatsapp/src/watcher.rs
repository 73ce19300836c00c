use std::sync::Arc;

use async_trait::async_trait;
use siskin_fleet::port::SessionEvent;

use crate::inbound::Inbound;
use crate::keystore::Keys;
use crate::new_link::NewLink;
use crate::session_events::SessionEvents;
use crate::transport::SocketWatcher;

/// Watches the sockets of one session: tells the fleet how they fare, and lets nothing through
/// that is ahead of the disk.
pub(crate) struct Watcher {
    keys: Arc<Keys>,
    events: Arc<SessionEvents>,
    new_link: NewLink,
    inbound: Arc<Inbound>,
}

impl Watcher {
    pub(crate) fn new(
        keys: Arc<Keys>,
        events: Arc<SessionEvents>,
        new_link: NewLink,
        inbound: Arc<Inbound>,
    ) -> Self {
        Self { keys, events, new_link, inbound }
    }
}

#[async_trait]
impl SocketWatcher for Watcher {
    fn may_connect(&self) -> anyhow::Result<()> {
        self.keys.fence.check()
    }

    fn unreachable(&self, why: &anyhow::Error) {
        tracing::warn!(instance = %self.keys.instance, why = %why, "WhatsApp was not reached");
        self.events.tell(SessionEvent::Unreachable);
    }

    fn not_trusted(&self) {
        tracing::warn!(instance = %self.keys.instance, "the server did not prove to be WhatsApp");
        self.events.tell(SessionEvent::NotTrusted);
    }

    fn offline(&self) {
        self.events.tell(SessionEvent::Offline);
    }

    async fn before_send(&self) -> anyhow::Result<()> {
        self.new_link.save().await?;
        self.inbound.settled().await
    }

    async fn before_receive(&self) -> anyhow::Result<()> {
        self.inbound.ready_for_more().await;
        self.keys.fence.check()
    }
}
