use std::sync::Arc;

use tokio::sync::watch;

use crate::error::MessageError;
use crate::port::Session;

/// The session of an instance's link, while it is logged in.
#[derive(Default)]
pub(crate) struct Online(watch::Sender<Option<Arc<dyn Session>>>);

impl Online {
    /// The session is logged in, or (`None`) is not any more.
    pub(crate) fn set(&self, session: Option<Arc<dyn Session>>) {
        self.0.send_replace(session);
    }

    /// The session, if it is logged in.
    pub(crate) fn session(&self) -> Option<Arc<dyn Session>> {
        self.0.borrow().clone()
    }

    /// The session, for what cannot be done without.
    pub(crate) fn require(&self) -> Result<Arc<dyn Session>, MessageError> {
        self.session().ok_or(MessageError::NotOnline)
    }
}
