use siskin_model::{Body, ChatId, Content};

use super::received::Place;
use super::{Intake, Own};
use crate::translate::Ballot;

impl Intake {
    /// Opens an encrypted vote with the poll that it is for. If the poll is not known, the
    /// body says only which one it is.
    pub(super) async fn open_ballot(
        &self,
        own: &Own,
        ballot: &Ballot,
        place: &Place,
        body: &mut Body,
    ) -> anyhow::Result<()> {
        let Some(poll) = self.inbox.message(place.chat.preferred(), &ballot.poll).await? else {
            return Ok(());
        };
        let creators = if poll.direction.is_outgoing() {
            both(&own.address().id, own.lid.clone())
        } else {
            both(&poll.sender, self.counterpart(&poll.sender).await)
        };
        let voter = &place.sender;
        let voters = both(&voter.id, voter.other.clone());
        match ballot.open(&poll, &creators, &voters, voter.preferred()) {
            Some(update) => body.content = Content::PollUpdate(update),
            None => tracing::debug!(instance = %self.instance, "a vote cannot be read"),
        }
        Ok(())
    }
}

fn both(one: &ChatId, other: Option<ChatId>) -> Vec<ChatId> {
    std::iter::once(one.clone()).chain(other).collect()
}
