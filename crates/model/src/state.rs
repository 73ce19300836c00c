use serde::{Deserialize, Serialize};

/// The state of an instance in the vendor's words (specification, `getStateInstance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum InstanceState {
    /// No account is linked, or the keys of the link are of no use any more.
    NotAuthorized,
    /// Linked; sends and receives.
    Authorized,
    /// WhatsApp has banned the account.
    Blocked,
    /// Linked, and on its way to WhatsApp after a start or a reboot.
    Starting,
    /// WhatsApp restricts sending.
    YellowCard,
    /// WhatsApp restricts the account for a time.
    Suspended,
    /// WhatsApp demands a passkey before it links the account.
    PasskeyRequired,
}

impl InstanceState {
    /// The vendor's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAuthorized => "notAuthorized",
            Self::Authorized => "authorized",
            Self::Blocked => "blocked",
            Self::Starting => "starting",
            Self::YellowCard => "yellowCard",
            Self::Suspended => "suspended",
            Self::PasskeyRequired => "passkeyRequired",
        }
    }

    /// The state that the vendor's word names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [
            Self::NotAuthorized,
            Self::Authorized,
            Self::Blocked,
            Self::Starting,
            Self::YellowCard,
            Self::Suspended,
            Self::PasskeyRequired,
        ];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

/// Whether the instance has a live, logged-in socket: `statusInstance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SocketStatus {
    /// The socket is up and logged in.
    Online,
    /// It is not.
    Offline,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_word_is_the_json_and_finds_its_state() {
        for word in [
            "notAuthorized",
            "authorized",
            "blocked",
            "starting",
            "yellowCard",
            "suspended",
            "passkeyRequired",
        ] {
            let state = InstanceState::from_word(word).unwrap();
            assert_eq!(serde_json::to_string(&state).unwrap(), format!("\"{word}\""));
        }
        assert_eq!(InstanceState::from_word("sleeping"), None);
    }
}
