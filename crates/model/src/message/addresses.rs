use super::{Body, Content};
use crate::ChatId;

impl Body {
    /// Replaces every person's address in it by what `change` makes of it.
    pub fn map_addresses(&mut self, change: &impl Fn(&ChatId) -> ChatId) {
        if let Some(quoted) = &mut self.quoted {
            quoted.participant = change(&quoted.participant);
            if let Some(content) = &mut quoted.content {
                content.map_addresses(change);
            }
        }
        self.content.map_addresses(change);
    }

    /// Every person's address in it.
    pub fn addresses(&self) -> Vec<&ChatId> {
        let quoted = self.quoted.iter().map(|quoted| &quoted.participant);
        let content: Vec<&ChatId> = match &self.content {
            Content::Reaction(reaction) => vec![&reaction.participant],
            Content::PollUpdate(update) => {
                update.votes.iter().flat_map(|vote| &vote.voters).collect()
            }
            _ => Vec::new(),
        };
        quoted.chain(content).collect()
    }
}

impl Content {
    fn map_addresses(&mut self, change: &impl Fn(&ChatId) -> ChatId) {
        match self {
            Self::Reaction(reaction) => reaction.participant = change(&reaction.participant),
            Self::PollUpdate(update) => {
                for voter in update.votes.iter_mut().flat_map(|vote| &mut vote.voters) {
                    *voter = change(voter);
                }
            }
            _ => {}
        }
    }
}
