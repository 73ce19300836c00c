use std::time::Duration;

use siskin_model::Account;

/// How many events of one session may wait for the instance's task. A session that runs ahead
/// by more ends with what it has told.
pub const EVENT_QUEUE: usize = 64;

/// What happens to a session, in order.
#[derive(Clone, PartialEq, Eq)]
pub enum SessionEvent {
    /// A QR code can be scanned for so long.
    Qr {
        /// The text for the picture.
        text: String,
        /// How long WhatsApp accepts it.
        lifetime: Duration,
    },
    /// The last code has expired; this session will not give another one.
    QrExhausted,
    /// The pairing code is of no use any more.
    PairingCodeEnded,
    /// WhatsApp demands a passkey.
    PasskeyRequired,
    /// The phone has accepted and the keys of the link are on disk.
    Paired(Account),
    /// The phone's acceptance could not be verified or completed.
    PairingFailed,
    /// Logged in; told again when the account's profile name becomes known.
    Online(Account),
    /// No connection could be made; the session keeps trying.
    Unreachable,
    /// The server did not prove that it is WhatsApp; the session keeps trying.
    NotTrusted,
    /// The socket is gone; the session is working on a new one.
    Offline,
    /// The session has ended and will not come back by itself.
    Ended(End),
}

/// Why a session has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The device was removed from the account.
    LoggedOut,
    /// Another connection with the same keys took over.
    Replaced,
    /// The account is locked.
    Banned,
    /// The account is restricted for a time.
    TemporarilyBanned(Duration),
    /// The version of the client is not accepted any more.
    ClientOutdated,
    /// WhatsApp refused and it is not known why; trying again later may help.
    Refused,
    /// The session stopped for a reason of its own; opening another one may help.
    Stopped,
    /// What it received or sent could not be stored. What it has in memory is given up, and
    /// another one begins with what is on disk.
    StoreFailed,
}

// The text of a code links the instance to whoever has it.
impl std::fmt::Debug for SessionEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Qr { .. } => "Qr",
            Self::QrExhausted => "QrExhausted",
            Self::PairingCodeEnded => "PairingCodeEnded",
            Self::PasskeyRequired => "PasskeyRequired",
            Self::Paired(_) => "Paired",
            Self::PairingFailed => "PairingFailed",
            Self::Online(_) => "Online",
            Self::Unreachable => "Unreachable",
            Self::NotTrusted => "NotTrusted",
            Self::Offline => "Offline",
            Self::Ended(end) => return write!(f, "Ended({end:?})"),
        })
    }
}
