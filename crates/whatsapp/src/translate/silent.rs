//! What messages carry that is for devices and not for people.

/// Members of a message that say nothing by themselves: keys, settings between own devices,
/// what could not be decrypted, and the heading of an album whose pictures follow.
const MEMBERS: [&str; 17] = [
    "conversation",
    "sender_key_distribution_message",
    "fast_ratchet_key_sender_key_distribution_message",
    "message_context_info",
    "protocol_message",
    "device_sent_message",
    "call",
    "chat",
    "sticker_sync_rmr_message",
    "enc_reaction_message",
    "enc_comment_message",
    "secret_encrypted_message",
    "message_history_bundle",
    "message_history_notice",
    "album_message",
    "group_root_key_share",
    "root_secret_distribute_message",
];

/// Whether a member, by its name in the engine's types, has nothing to tell.
pub(super) fn is_silent(member: &str) -> bool {
    MEMBERS.contains(&member)
}
