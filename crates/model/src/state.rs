/// The state of an instance (specification, `getStateInstance`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// Whether the instance has a live, logged-in socket: `statusInstance`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SocketStatus {
    /// The socket is up and logged in.
    Online,
    /// It is not.
    Offline,
}
