use siskin_fleet::port::Inbox;
use siskin_model::ChatId;
use siskin_model::message::PollUpdate;

use super::place::Place;
use crate::account::OwnAccount;
use crate::addresses::Addresses;
use crate::translate::EncryptedVote;

/// Opens an encrypted vote with the poll that it is for. `None`: the poll is not known, or not
/// well enough.
pub(super) async fn open(
    vote: &EncryptedVote,
    place: &Place,
    own: &OwnAccount,
    addresses: &Addresses,
    inbox: &dyn Inbox,
) -> anyhow::Result<Option<PollUpdate>> {
    let Some(poll) = inbox.message(place.chat.preferred(), &vote.poll).await? else {
        return Ok(None);
    };
    let creators = if poll.direction.is_outgoing() {
        both(&own.phone, own.lid.clone())
    } else {
        both(&poll.sender, addresses.counterpart(&poll.sender).await)
    };
    let voter = &place.sender;
    let voters = both(&voter.id, voter.other.clone());
    let update = vote.open(&poll, &creators, &voters, voter.preferred());
    if update.is_none() {
        tracing::debug!(instance = %addresses.instance(), "a vote cannot be read");
    }
    Ok(update)
}

fn both(one: &ChatId, other: Option<ChatId>) -> Vec<ChatId> {
    std::iter::once(one.clone()).chain(other).collect()
}
