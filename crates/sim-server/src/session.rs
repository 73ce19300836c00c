//! Who is on the other side of a connection.

use std::sync::Arc;

use wacore_binary::Node;

use crate::account::AccountCell;
use crate::node::iq_result;
use crate::pairing::Registration;
use crate::server::Server;
use crate::transport::Outbox;

/// The session of a linked device.
pub(crate) struct LinkedSession {
    pub(crate) server: Arc<Server>,
    pub(crate) cell: Arc<AccountCell>,
    pub(crate) device: u16,
    pub(crate) outbox: Outbox,
}

/// The session of a client without account.
pub(crate) struct UnlinkedSession {
    pub(crate) server: Arc<Server>,
    pub(crate) registration: Arc<Registration>,
}

impl LinkedSession {
    /// Sends the result of a request.
    pub(crate) fn reply(&self, iq: &Node, children: Vec<Node>) {
        self.outbox.send(iq_result(iq, children));
    }
}
