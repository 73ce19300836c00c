//! What WhatsApp's server knows of groups: asked for once, told of changes from then on.

use std::sync::atomic::Ordering;

use siskin_model::{Person, Timer, UnixMillis};
use siskin_store::Result;

use crate::engine::{GroupFacts, Session};
use crate::instance::Instance;

impl Instance {
    /// Asks for all groups that the account is in. An answer that does not come is no failure.
    pub(crate) async fn ask_all_groups(&self, session: &dyn Session) -> Result<()> {
        let told = self.groups_told.load(Ordering::SeqCst);
        let Ok(groups) = session.groups().await else { return Ok(()) };
        self.learn_all(groups.iter().map(person).collect()).await?;
        for group in groups {
            // What was told while we asked may be newer than the answer.
            if self.groups_told.load(Ordering::SeqCst) != told {
                break;
            }
            self.learn_group_timer(&group).await?;
        }
        Ok(())
    }

    /// Learns what a group is.
    pub(super) async fn learn_group(&self, group: &GroupFacts) -> Result<()> {
        self.learn_name(&group.id, &group.subject).await?;
        self.learn_group_timer(group).await
    }

    /// The server says how it is, not since when: a change that it tells of goes before it.
    async fn learn_group_timer(&self, group: &GroupFacts) -> Result<()> {
        let known = self.timer(&group.id).await?;
        let since = known.map_or(UnixMillis(0), |known| known.since);
        self.learn_timer(&group.id, Timer { seconds: group.expiration, since }).await
    }
}

fn person(group: &GroupFacts) -> Person {
    let (id, name) = (group.id.clone(), group.subject.clone());
    Person { id, lid: None, name, contact_name: String::new() }
}
