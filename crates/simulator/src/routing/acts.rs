//! What phones do in answer to what they get.

use std::collections::VecDeque;
use std::sync::Arc;

use wacore_binary::Node;

use super::{Sender, receipt_from};
use crate::account::AccountCell;
use crate::phone::{self, Resend};
use crate::simulator::Simulator;

/// Things to do once no account is locked, in order.
#[derive(Default)]
pub(crate) struct Acts(VecDeque<(Arc<AccountCell>, Act)>);

/// One thing that a phone does.
pub(crate) enum Act {
    /// It sends a receipt.
    Receipt(Node),
    /// It sends a message once more, to one device that could not read it.
    Resend(Resend),
}

impl Acts {
    pub(crate) fn add(&mut self, phone: &Arc<AccountCell>, act: Act) {
        self.0.push_back((phone.clone(), act));
    }

    /// Does everything, and what comes of it.
    pub(crate) async fn run(mut self, sim: &Simulator) {
        while let Some((cell, act)) = self.0.pop_front() {
            match act {
                Act::Receipt(receipt) => {
                    let sender = Sender { cell: &cell, device: 0 };
                    receipt_from(sim, sender, &receipt, &mut self).await;
                }
                Act::Resend(resend) => phone::resend(sim, &cell, resend, &mut self).await,
            }
        }
    }
}
