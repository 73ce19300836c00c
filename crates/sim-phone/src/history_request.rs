//! What a device says about history when it asks to be linked.

use buffa::Message as _;
use serde::{Deserialize, Serialize};
use waproto::whatsapp::DeviceProps;

/// Which history a device wants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HistoryRequest {
    /// Whether it can take history at all.
    wanted: bool,
    /// Whether it wants everything, not the last months only.
    pub(crate) full: bool,
    /// Whether it takes a small first part in the message itself.
    pub(crate) inline: bool,
    /// Whether the phone has told it.
    sent: bool,
}

impl HistoryRequest {
    /// Reads the properties that a device registers with. One that does not speak of history
    /// gets none.
    pub(crate) fn from_registration(device_props: &[u8]) -> Self {
        let props = DeviceProps::decode_from_slice(device_props).unwrap_or_default();
        let full = props.require_full_sync == Some(true);
        let config = props.history_sync_config.as_option();
        Self {
            wanted: config.is_some() || full,
            full,
            inline: config
                .is_some_and(|config| config.inline_initial_payload_in_e2_ee_msg == Some(true)),
            sent: false,
        }
    }

    /// Whether it is still to be answered.
    pub(crate) fn is_due(&self) -> bool {
        self.wanted && !self.sent
    }

    /// Answers it: from now on it is not due.
    pub(crate) fn take(&mut self) -> Self {
        let asked = self.clone();
        self.sent = true;
        asked
    }
}

#[cfg(test)]
mod tests {
    use waproto::whatsapp::device_props::HistorySyncConfig;

    use super::*;

    #[test]
    fn a_device_gets_the_history_that_it_speaks_of() {
        let silent = DeviceProps { os: Some("x".to_owned()), ..Default::default() };
        assert!(!HistoryRequest::from_registration(&silent.encode_to_vec()).is_due());
        let config = HistorySyncConfig {
            inline_initial_payload_in_e2_ee_msg: Some(true),
            ..Default::default()
        };
        let browser = DeviceProps { history_sync_config: config.into(), ..Default::default() };
        let request = HistoryRequest::from_registration(&browser.encode_to_vec());
        assert!(request.is_due() && request.inline && !request.full);
        let desktop = DeviceProps { require_full_sync: Some(true), ..Default::default() };
        assert!(HistoryRequest::from_registration(&desktop.encode_to_vec()).full);
    }
}
