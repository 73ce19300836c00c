//! What the account may do in a group.

use siskin_fleet::port::{Parts, SendError};
use siskin_model::message::{Command, Outgoing};
use wacore_binary::Jid;
use whatsapp_rust::Client;

use crate::account::OwnAccount;
use crate::failure;
use crate::jid::{chat_of, jid_of};
use crate::translate::BuildError;

/// What somebody else wrote in a group only its administrators take back: WhatsApp's server
/// would refuse it of anybody else, after it was told as done.
pub(super) async fn require_right_to_delete(
    outgoing: &Outgoing,
    parts: &Parts,
    own: &OwnAccount,
    client: &Client,
) -> Result<(), SendError> {
    let is_others = parts.source.as_ref().is_some_and(|it| !it.direction.is_outgoing());
    let takes_back = matches!(outgoing.command, Command::Delete { only_for_me: false, .. });
    if !takes_back || !is_others || !outgoing.chat.is_group() {
        return Ok(());
    }
    let group = client.groups().get_metadata(&jid_of(&outgoing.chat)).await;
    let group = group.map_err(|error| failure::of(&error, &outgoing.chat))?;
    let is_own = |jid: &Jid| chat_of(jid).is_some_and(|person| own.is(&person));
    let is_admin = group.participants.iter().any(|member| {
        let names = [Some(&member.jid), member.phone_number.as_ref(), member.lid.as_ref()];
        member.is_admin() && names.into_iter().flatten().any(is_own)
    });
    if is_admin { Ok(()) } else { Err(BuildError::NotOurs.into()) }
}
