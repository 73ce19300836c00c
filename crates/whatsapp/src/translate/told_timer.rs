use siskin_model::{Timer, UnixMillis};
use wa::message::protocol_message::Type;
use waproto::whatsapp as wa;

use super::{kinds, unwrap};

/// What a message that was written at that moment says about the timer of its chat: it sets it,
/// or carries the one that its writer goes by. Only for chats of two, in which either may set
/// it; of a group WhatsApp's server tells.
pub(crate) fn told_timer(message: &wa::Message, at: UnixMillis) -> Option<Timer> {
    let message = unwrap::innermost(message);
    // Nobody sets one later than now, which nobody else could replace then.
    let since = |seconds: i64| UnixMillis(seconds.saturating_mul(1000)).min(at);
    if let Some(protocol) = message.protocol_message.as_option() {
        let sets = protocol.r#type == Some(Type::EphemeralSetting);
        let set_at = protocol.ephemeral_setting_timestamp.map_or(at, since);
        let seconds = protocol.ephemeral_expiration.unwrap_or_default();
        return Timer::told(seconds, set_at).filter(|_| sets);
    }
    let context = kinds::context(message)?;
    let seconds = context.expiration?;
    match context.ephemeral_setting_timestamp.filter(|seconds| *seconds > 0) {
        Some(set_at) => Timer::told(seconds, since(set_at)),
        // Better than nothing, if it is the writer's own and not brought along from elsewhere.
        None if seconds > 0 && !context.is_forwarded.unwrap_or_default() => {
            Timer::told(seconds, UnixMillis(0))
        }
        None => None,
    }
}
