//! What WhatsApp's server tells of groups.

use siskin_fleet::port::InboxEvent;
use siskin_model::{Address, Timer, UnixMillis};
use wacore::stanza::groups::GroupNotificationAction as Action;
use wacore::types::events::GroupUpdate;
use wacore_binary::Node;

use crate::jid::chat_of;

/// Whether a change of a group concerns us.
pub(super) fn concerns_us(action: &Action) -> bool {
    matches!(action, Action::Subject { .. } | Action::Create { .. } | Action::Ephemeral { .. })
}

/// A group has another subject or timer, or is one that the account is new in.
pub(super) fn translate(update: &GroupUpdate) -> Vec<InboxEvent> {
    let Some(group) = chat_of(&update.group_jid).map(Address::new) else { return Vec::new() };
    let (subject, expiration) = match &update.action {
        Action::Subject { subject, .. } => (Some(subject.clone()), None),
        Action::Ephemeral { expiration, .. } => (None, Some(*expiration)),
        Action::Create { raw } => match raw.get_optional_child("group") {
            Some(new) => (text(new, "subject"), Some(expiration_in(new))),
            None => (None, None),
        },
        _ => (None, None),
    };
    let named = subject.map(|name| InboxEvent::Named { who: group.clone(), name });
    let since = UnixMillis(update.timestamp.timestamp_millis());
    let timer = expiration.and_then(|seconds| Timer::told(seconds, since));
    let timer = timer.map(|timer| InboxEvent::Timer { chat: group, timer });
    named.into_iter().chain(timer).collect()
}

fn text(node: &Node, key: &str) -> Option<String> {
    Some(node.attrs.get(key)?.as_str().into_owned())
}

/// A group without `<ephemeral>` keeps its messages.
fn expiration_in(group: &Node) -> u32 {
    let ephemeral = group.get_optional_child("ephemeral");
    let expiration = ephemeral.and_then(|ephemeral| text(ephemeral, "expiration"));
    expiration.and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use siskin_model::ChatId;
    use whatsapp_rust::NodeBuilder;

    const AT: i64 = 1_780_000_000;

    fn update(action: Action) -> GroupUpdate {
        GroupUpdate::builder()
            .group_jid("120363000000000001@g.us".parse().unwrap())
            .timestamp(wacore::time::from_secs(AT).unwrap())
            .is_lid_addressing_mode(true)
            .action(action)
            .build()
    }

    fn timer(seconds: u32) -> InboxEvent {
        let chat = Address::new(ChatId::parse("120363000000000001@g.us").unwrap());
        InboxEvent::Timer { chat, timer: Timer { seconds, since: UnixMillis(AT * 1000) } }
    }

    #[test]
    fn a_groups_timer_is_what_the_server_says_it_is() {
        let set = |expiration| translate(&update(Action::Ephemeral { expiration, trigger: None }));
        assert_eq!(set(604_800), [timer(604_800)]);
        assert_eq!(set(0), [timer(0)]);
        assert_eq!(set(u32::MAX), []);
    }

    #[test]
    fn a_new_group_comes_with_its_subject_and_its_timer() {
        let ephemeral = NodeBuilder::new("ephemeral").attr("expiration", "86400").build();
        for (children, seconds) in [(vec![ephemeral], 86_400), (Vec::new(), 0)] {
            let group = NodeBuilder::new("group").attr("subject", "Birds").children(children);
            let raw = NodeBuilder::new("create").children([group.build()]).build();
            let told = translate(&update(Action::Create { raw }));
            assert_eq!(told.len(), 2, "{told:?}");
            assert!(matches!(&told[0], InboxEvent::Named { name, .. } if name == "Birds"));
            assert_eq!(told[1], timer(seconds));
        }
    }
}
