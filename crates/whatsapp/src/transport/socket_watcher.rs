use async_trait::async_trait;

/// What the session wants to know of its sockets.
#[async_trait]
pub(crate) trait SocketWatcher: Send + Sync {
    /// A connection is about to be made; the one before is gone.
    ///
    /// # Errors
    /// When there must be none any more.
    fn may_connect(&self) -> anyhow::Result<()>;
    /// No connection could be made, and why.
    fn unreachable(&self, why: &anyhow::Error);
    /// The engine dropped the connection after the server had introduced itself.
    fn not_trusted(&self);
    /// An established connection is gone.
    fn offline(&self);
    /// Frames of the engine are about to be written; they go out when this returns. On an error
    /// they do not, and the connection ends.
    async fn before_send(&self) -> anyhow::Result<()>;
    /// Something came; it is handed to the engine when this returns. On an error it is not,
    /// and the connection ends.
    async fn before_receive(&self) -> anyhow::Result<()>;
}
