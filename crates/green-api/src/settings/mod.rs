//! The settings of an instance (specification, `setSettings`): every key that the vendor
//! returns, its default and what it accepts.

mod changes;

use serde::{Deserialize, Serialize};
use siskin_model::Token;

pub use changes::{AUTO_TYPING, DELAY_MILLIS, InvalidSettings, LONGEST_WEBHOOK_URL};

/// The pause between sends of an instance that a partner created (specification,
/// section 12, number 13).
pub const PARTNER_DELAY_MILLIS: u32 = 3000;

/// `yes` or `no`: how the vendor writes a flag in settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum YesNo {
    /// On.
    Yes,
    /// Off.
    #[default]
    No,
}

impl YesNo {
    /// Whether the flag is on.
    pub const fn is_yes(self) -> bool {
        matches!(self, Self::Yes)
    }
}

macro_rules! flags {
    ($($(#[$doc:meta])* $field:ident = $key:literal,)*) => {
        /// The settings of one instance. Keys that tell of the account (`wid`,
        /// `typeInstance`, `typeAccount`) are added when they are shown.
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Settings {
            /// Where notifications are pushed; empty: they are polled.
            #[serde(rename = "webhookUrl")]
            pub webhook_url: String,
            /// The credential for the webhook's `Authorization` header; empty: none.
            #[serde(rename = "webhookUrlToken")]
            pub webhook_url_token: Secret,
            /// The pause between two sends, in milliseconds.
            #[serde(rename = "delaySendMessagesMilliseconds")]
            pub delay_send_messages_milliseconds: u32,
            /// How long to show typing before a send, from 0 (off) to 10.
            #[serde(rename = "autoTyping")]
            pub auto_typing: u8,
            /// Obsolete; kept and returned.
            #[serde(rename = "countryInstance")]
            pub country_instance: String,
            /// Historical; kept and returned.
            #[serde(rename = "proxyInstance")]
            pub proxy_instance: String,
            $($(#[$doc])* #[serde(rename = $key)] pub $field: YesNo,)*
        }

        impl Default for Settings {
            fn default() -> Self {
                Self {
                    webhook_url: String::new(),
                    webhook_url_token: Secret::default(),
                    delay_send_messages_milliseconds: 5000,
                    auto_typing: 0,
                    country_instance: String::new(),
                    proxy_instance: String::new(),
                    $($field: YesNo::No,)*
                }
            }
        }

        impl Settings {
            /// The keys of all flags, in the vendor's order.
            pub const FLAGS: &'static [&'static str] = &[$($key),*];

            fn flag_mut(&mut self, key: &str) -> Option<(&'static str, &mut YesNo)> {
                match key {
                    $($key => Some(($key, &mut self.$field)),)*
                    _ => None,
                }
            }
        }
    };
}

flags! {
    /// Mark every incoming message read.
    mark_incoming_messages_readed = "markIncomingMessagesReaded",
    /// Mark a chat read when the API sends into it.
    mark_incoming_messages_readed_on_reply = "markIncomingMessagesReadedOnReply",
    /// Emit `outgoingMessageStatus`.
    outgoing_webhook = "outgoingWebhook",
    /// Emit `outgoingMessageReceived`.
    outgoing_message_webhook = "outgoingMessageWebhook",
    /// Emit `outgoingAPIMessageReceived`.
    outgoing_api_message_webhook = "outgoingAPIMessageWebhook",
    /// Emit `incomingMessageReceived`.
    incoming_webhook = "incomingWebhook",
    /// Obsolete: `deviceInfo`.
    device_webhook = "deviceWebhook",
    /// Obsolete: `statusInstanceChanged`.
    status_instance_webhook = "statusInstanceWebhook",
    /// Emit `stateInstanceChanged`.
    state_webhook = "stateWebhook",
    /// No longer used.
    enable_messages_history = "enableMessagesHistory",
    /// Keep presence "online".
    keep_online_status = "keepOnlineStatus",
    /// Emit `pollMessage` and `pollUpdateMessage`.
    poll_message_webhook = "pollMessageWebhook",
    /// Emit `incomingBlock`.
    incoming_block_webhook = "incomingBlockWebhook",
    /// Emit `incomingCall`.
    incoming_call_webhook = "incomingCallWebhook",
    /// Emit `outgoingCall`.
    outgoing_call_webhook = "outgoingCallWebhook",
    /// Emit `editedMessage`.
    edited_message_webhook = "editedMessageWebhook",
    /// Emit `deletedMessage`.
    deleted_message_webhook = "deletedMessageWebhook",
    /// Obsolete: `avatarInfo`.
    avatar_info_webhook = "avatarInfoWebhook",
    /// Obsolete.
    shared_session = "sharedSession",
    /// Generate link previews by default.
    link_preview = "linkPreview",
    /// Use `@lid` chat ids in notifications and journals.
    enable_lid_mode = "enableLidMode",
}

/// A credential in settings: shown to its owner as JSON, never by `Debug`.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "\"\"" } else { Token::MASK })
    }
}

impl Settings {
    /// The settings of an instance that a partner created: the vendor's, whose flags are off
    /// but for link previews.
    pub fn for_partner() -> Self {
        Self {
            delay_send_messages_milliseconds: PARTNER_DELAY_MILLIS,
            link_preview: YesNo::Yes,
            ..Self::default()
        }
    }

    /// The settings of an instance that a person created in the console or the shell: they
    /// expect to be told what happens, so the notifications of everyday use are on.
    pub fn for_people() -> Self {
        Self {
            incoming_webhook: YesNo::Yes,
            outgoing_webhook: YesNo::Yes,
            outgoing_message_webhook: YesNo::Yes,
            outgoing_api_message_webhook: YesNo::Yes,
            state_webhook: YesNo::Yes,
            poll_message_webhook: YesNo::Yes,
            edited_message_webhook: YesNo::Yes,
            deleted_message_webhook: YesNo::Yes,
            incoming_call_webhook: YesNo::Yes,
            link_preview: YesNo::Yes,
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    #[test]
    fn a_new_instance_shows_previews_and_an_old_one_keeps_what_it_had() {
        for new in [Settings::for_partner(), Settings::for_people()] {
            assert!(new.link_preview.is_yes());
        }
        let old: Settings = serde_json::from_value(json!({})).unwrap();
        assert!(!old.link_preview.is_yes());
    }

    #[test]
    fn settings_are_kept_as_they_were() {
        let kept = include_str!("kept.json").trim_end();
        let settings: Settings = serde_json::from_str(kept).unwrap();
        assert_eq!(settings, Settings::for_people());
        assert_eq!(serde_json::to_string(&settings).unwrap(), kept);
    }
}
