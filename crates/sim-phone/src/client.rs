//! A phone on its network: what everything that it does needs.

use std::sync::Arc;

use siskin_sim_server::Server;
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::routing::Sender;

use crate::phone::Phone;

/// A phone, its account, and the server that it talks to.
#[derive(Clone)]
pub struct Client {
    /// The server.
    pub server: Arc<Server>,
    /// The account, as the server has it.
    pub account: Arc<AccountCell>,
    /// The phone.
    pub phone: Arc<Phone>,
}

impl Client {
    /// A phone with what it needs, as long as there is a network.
    pub fn of(phone: Arc<Phone>) -> Option<Self> {
        let server = phone.server()?;
        let account = server.directory.account(phone.number())?;
        Some(Self { server, account, phone })
    }

    /// The phone as whoever sends something.
    pub(crate) fn sender(&self) -> Sender<'_> {
        Sender { cell: &self.account, device: 0 }
    }
}
