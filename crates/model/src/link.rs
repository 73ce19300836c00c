use crate::{Account, InstanceState, PhoneNumber, SocketStatus, UnixMillis};

/// How an instance stands with WhatsApp: the one source of truth that the QR method, the
/// websocket, the QR page, the console and the terminal all read.
///
/// It changes only by protocol events and commands, in the instance's own task, and is
/// published as a `watch`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where the instance is.
    pub phase: Phase,
    /// Why it is there, where the phase alone does not say it.
    pub reason: Option<Reason>,
    /// The linked account; kept while its keys are, whatever the phase.
    pub account: Option<Account>,
    /// The code to type into the phone, while one is valid. Independent of the QR.
    pub pairing_code: Option<PairingCode>,
    /// When the phase last changed.
    pub since: UnixMillis,
}

/// A step in the life of an instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Not linked, nobody asks: no socket.
    Asleep,
    /// Not linked, somebody asks: the socket is opening, the first code is on its way.
    Waking,
    /// A code waits to be scanned.
    AwaitingScan(Qr),
    /// The phone has accepted; the link is being completed.
    Pairing,
    /// WhatsApp demands a passkey, which only its own apps can give.
    PasskeyRequired,
    /// Linked, and logging in for the first time since a start or a reboot.
    Starting,
    /// Linked and logged in.
    Online,
    /// Linked, was online, and is reconnecting.
    Reconnecting,
    /// Linked, but WhatsApp has restricted the account for a time.
    Suspended {
        /// When the restriction ends.
        until: UnixMillis,
    },
    /// Linked, but WhatsApp has banned the account.
    Blocked,
    /// Keys are stored and of no use as they are: [`Link::reason`] says why.
    Stale,
}

/// A QR code and how long it can be scanned.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    /// The text inside the picture.
    pub text: String,
    /// When it was issued.
    pub issued: UnixMillis,
    /// When WhatsApp stops accepting it.
    pub expires: UnixMillis,
}

/// An eight-character code to type into the phone.
#[derive(Clone, PartialEq, Eq)]
pub struct PairingCode {
    /// The code, without a dash.
    pub code: String,
    /// The number that it was asked for.
    pub phone: PhoneNumber,
    /// When WhatsApp stops accepting it.
    pub expires: UnixMillis,
}

// Whoever has one of the two can link the instance to a phone: neither belongs in a log.
impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Qr").field("expires", &self.expires).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PairingCode").field("expires", &self.expires).finish_non_exhaustive()
    }
}

/// Why an instance is in its phase, distinct enough to be acted upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// `logout` was called.
    LoggedOut,
    /// The device was removed in the phone's list of linked devices.
    UnlinkedFromPhone,
    /// Another connection uses the same keys.
    Replaced,
    /// WhatsApp has locked the account.
    Banned,
    /// WhatsApp has restricted the account for a time.
    TemporarilyBanned,
    /// WhatsApp no longer accepts this version of the client.
    ClientOutdated,
    /// The server could not prove that it is WhatsApp.
    ServerNotTrusted,
    /// WhatsApp could not be reached.
    Unreachable,
    /// WhatsApp demands a passkey for this account.
    PasskeyRequired,
    /// The phone refused or did not complete the link.
    PairingFailed,
    /// The stored keys cannot be read.
    KeysUnreadable,
    /// WhatsApp refused the connection for a reason that it did not explain.
    Refused,
    /// The disk does not take what is received and sent.
    StoreFailed,
}

impl Reason {
    /// Every reason there is.
    pub const ALL: [Self; 13] = [
        Self::LoggedOut,
        Self::UnlinkedFromPhone,
        Self::Replaced,
        Self::Banned,
        Self::TemporarilyBanned,
        Self::ClientOutdated,
        Self::ServerNotTrusted,
        Self::Unreachable,
        Self::PasskeyRequired,
        Self::PairingFailed,
        Self::KeysUnreadable,
        Self::Refused,
        Self::StoreFailed,
    ];

    /// A stable word for the store, metrics and translations.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoggedOut => "loggedOut",
            Self::UnlinkedFromPhone => "unlinkedFromPhone",
            Self::Replaced => "replaced",
            Self::Banned => "banned",
            Self::TemporarilyBanned => "temporarilyBanned",
            Self::ClientOutdated => "clientOutdated",
            Self::ServerNotTrusted => "serverNotTrusted",
            Self::Unreachable => "unreachable",
            Self::PasskeyRequired => "passkeyRequired",
            Self::PairingFailed => "pairingFailed",
            Self::KeysUnreadable => "keysUnreadable",
            Self::Refused => "refused",
            Self::StoreFailed => "storeFailed",
        }
    }

    /// The reason that the word names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether it is the reason why no code comes, unlike those that say how an earlier link
    /// ended. A first code proves it wrong. The bans are among them: they are told here of an
    /// instance that is not linked, since a linked one that is banned is not woken.
    pub const fn hinders_codes(self) -> bool {
        matches!(
            self,
            Self::Unreachable
                | Self::ServerNotTrusted
                | Self::ClientOutdated
                | Self::Refused
                | Self::StoreFailed
                | Self::Banned
                | Self::TemporarilyBanned
                | Self::PasskeyRequired
        )
    }

    /// What happened and what the reader can do, in English; the console translates by
    /// [`Reason::code`].
    pub const fn text(self) -> &'static str {
        match self {
            Self::LoggedOut => "The instance was logged out. Scan a QR code to link it again.",
            Self::UnlinkedFromPhone => {
                "The device was removed on the phone. Scan a QR code to link it again."
            }
            Self::Replaced => {
                "Another connection took over this link. Call reboot to take it back, or \
                 logout to link anew."
            }
            Self::Banned => {
                "WhatsApp has banned this account. Open WhatsApp on the phone to see why and \
                 to appeal."
            }
            Self::TemporarilyBanned => {
                "WhatsApp has restricted this account for a time. It comes back by itself; \
                 send less until then."
            }
            Self::ClientOutdated => {
                "WhatsApp no longer accepts this version of the client. Update Siskin, then \
                 call reboot."
            }
            Self::ServerNotTrusted => {
                "The server did not prove that it is WhatsApp, so nothing was sent to it. \
                 Check --whatsapp-url and whatever stands between this machine and WhatsApp."
            }
            Self::Unreachable => {
                "WhatsApp could not be reached. Check this machine's connection; Siskin keeps \
                 trying."
            }
            Self::PasskeyRequired => {
                "WhatsApp asks for a passkey before it links this account, and only its own \
                 apps can give one. Remove the passkey in WhatsApp under Settings > Account > \
                 Passkeys, or link from an account without one, then try again."
            }
            Self::PairingFailed => {
                "The phone did not complete the link. Request a new code and try again."
            }
            Self::KeysUnreadable => {
                "The stored keys of this link cannot be read. Call logout and link again."
            }
            Self::Refused => {
                "WhatsApp refused the connection. Call reboot to try again, or logout to link \
                 anew."
            }
            Self::StoreFailed => {
                "The disk is full or cannot be written, so nothing is received or sent. Make \
                 room in the data folder; Siskin goes on by itself, and nothing is lost."
            }
        }
    }
}

impl Link {
    /// An instance that is not linked and that nobody asks about.
    pub fn asleep(since: UnixMillis) -> Self {
        Self { phase: Phase::Asleep, reason: None, account: None, pairing_code: None, since }
    }

    /// Where the instance is, as far as the vendor tells states apart.
    ///
    /// A short loss of the socket does not change it, as with the vendor; a client that
    /// wants to know asks for the socket's status.
    pub fn state(&self) -> InstanceState {
        match self.phase {
            Phase::Asleep | Phase::Waking | Phase::AwaitingScan(_) | Phase::Pairing => {
                InstanceState::NotAuthorized
            }
            Phase::PasskeyRequired => InstanceState::PasskeyRequired,
            Phase::Starting => InstanceState::Starting,
            Phase::Online | Phase::Reconnecting => InstanceState::Authorized,
            Phase::Suspended { .. } => InstanceState::Suspended,
            Phase::Blocked => InstanceState::Blocked,
            Phase::Stale => InstanceState::NotAuthorized,
        }
    }

    /// Whether there is a live, logged-in socket.
    pub fn socket(&self) -> SocketStatus {
        match self.phase {
            Phase::Online => SocketStatus::Online,
            _ => SocketStatus::Offline,
        }
    }

    /// The code to scan, while there is one.
    pub fn qr(&self) -> Option<&Qr> {
        match &self.phase {
            Phase::AwaitingScan(qr) => Some(qr),
            _ => None,
        }
    }

    /// Whether keys of a link are stored.
    pub fn has_keys(&self) -> bool {
        matches!(
            self.phase,
            Phase::Starting
                | Phase::Online
                | Phase::Reconnecting
                | Phase::Suspended { .. }
                | Phase::Blocked
                | Phase::Stale
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(phase: Phase) -> Link {
        Link { phase, ..Link::asleep(UnixMillis(0)) }
    }

    #[test]
    fn a_lost_socket_leaves_the_instance_authorized_and_offline() {
        let link = link(Phase::Reconnecting);
        assert_eq!(link.state(), InstanceState::Authorized);
        assert_eq!(link.socket(), SocketStatus::Offline);
    }

    #[test]
    fn neither_a_qr_nor_a_pairing_code_shows_in_debug() {
        let mut link = link(Phase::AwaitingScan(Qr {
            text: "secret-ref".into(),
            issued: UnixMillis(0),
            expires: UnixMillis(1),
        }));
        link.pairing_code = "15550100001".parse().ok().map(|phone| PairingCode {
            code: "ABCD1234".into(),
            phone,
            expires: UnixMillis(1),
        });
        let shown = format!("{link:?}");
        assert!(!shown.contains("secret-ref") && !shown.contains("ABCD1234"), "{shown}");
    }

    #[test]
    fn every_reason_is_found_by_its_code_and_says_what_to_do() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(reason.code()), Some(reason));
            assert!(reason.text().ends_with('.'), "{reason:?}");
        }
    }
}
