//! How members hear of what happens to their group.

use std::sync::Arc;

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::group::name;
use super::{Group, Groups};
use crate::account::AccountCell;
use crate::clock::unix_seconds;
use crate::keys::random_bytes;

impl Groups {
    /// Tells every linked device of `people` what `actor` did to a group.
    pub(super) async fn tell(
        &self,
        group: &Group,
        actor: &Arc<AccountCell>,
        people: impl Iterator<Item = &String>,
        what: Node,
    ) {
        let actor_name = actor.lock().await.name.clone();
        let notification = NodeBuilder::new("notification")
            .attr("from", group.jid())
            .attr("type", "w:gp2")
            .attr("id", u64::from_be_bytes(random_bytes()).to_string())
            .attr("t", unix_seconds().to_string())
            .attr("addressing_mode", group.addressing())
            .attr("notify", actor_name);
        let notification =
            name(notification, "participant", actor, group.by_lid).children([what]).build();
        for phone in people {
            let Some(cell) = self.directory.account(phone) else {
                continue;
            };
            let mut account = cell.lock().await;
            cell.deliver_to_companions(&mut account, 0, &notification);
        }
    }
}
