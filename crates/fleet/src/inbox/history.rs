use std::sync::Arc;

use siskin_store::Result;

use crate::entries::Entries;
use crate::journal::Journal;
use crate::people::People;
use crate::port::History;
use crate::timers::Timers;

/// Records what was there before the account was linked.
pub(crate) struct PastMessages {
    people: Arc<People>,
    timers: Arc<Timers>,
    entries: Arc<Entries>,
    journal: Arc<Journal>,
}

impl PastMessages {
    pub(crate) fn new(
        people: &Arc<People>,
        timers: &Arc<Timers>,
        entries: &Arc<Entries>,
        journal: &Arc<Journal>,
    ) -> Self {
        Self {
            people: people.clone(),
            timers: timers.clone(),
            entries: entries.clone(),
            journal: journal.clone(),
        }
    }

    pub(super) async fn record(&self, part: History) -> Result<()> {
        for (who, name) in part.names {
            let kept = self.people.kept_address(&who).await?;
            self.people.learn_name(&kept, &name).await?;
        }
        for (chat, timer) in part.timers {
            let kept = self.people.kept_address(&chat).await?;
            self.timers.learn(&kept, timer).await?;
        }
        let mut entries = self.entries.of_received(part.messages, false).await?;
        for entry in &mut entries {
            // Files of the history are fetched when somebody asks for them.
            entry.file = None;
            entry.message.is_read = true;
        }
        self.journal.record(entries).await?;
        Ok(())
    }
}
