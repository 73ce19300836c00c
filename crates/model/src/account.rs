use serde::{Deserialize, Serialize};

use crate::{ChatId, PhoneNumber};

/// The WhatsApp account that an instance is linked to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The account's number.
    pub phone: PhoneNumber,
    /// The number of our device at that account: the `n` of `{phone}:{n}@s.whatsapp.net`.
    pub device: u16,
    /// The account's LID, without its server part, where WhatsApp told it.
    pub lid: Option<String>,
    /// The profile name, where WhatsApp told it; empty until then.
    pub push_name: String,
}

impl Account {
    /// The account as the API names it: `wid` in notifications and settings.
    pub fn wid(&self) -> ChatId {
        ChatId::person(&self.phone)
    }

    /// Our own device at the account: `deviceId` in `getWaSettings`.
    pub fn device_id(&self) -> String {
        format!("{}:{}@s.whatsapp.net", self.phone, self.device)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_account_has_a_wid_and_a_device_id() {
        let account = Account {
            phone: "15550100001".parse().unwrap(),
            device: 8,
            lid: None,
            push_name: String::new(),
        };
        assert_eq!(account.wid().as_str(), "15550100001@c.us");
        assert_eq!(account.device_id(), "15550100001:8@s.whatsapp.net");
    }
}
