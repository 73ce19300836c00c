//! Messages that change how others look: reactions, votes, edits, deletions. They are
//! shown in the bubble of the message that they are about, if that is shown.

use std::collections::{BTreeMap, HashMap, HashSet};

use siskin_model::message::{Content, PollUpdate};
use siskin_model::{ChatId, Message, MessageId};

use crate::words::line;

/// How many different reactions to one message are shown.
const REACTIONS: usize = 12;

/// What some messages say about others.
#[derive(Default)]
pub(super) struct Annotations<'a> {
    reactions: HashMap<&'a MessageId, BTreeMap<&'a ChatId, &'a str>>,
    votes: HashMap<&'a MessageId, BTreeMap<&'a ChatId, &'a PollUpdate>>,
    shown: HashSet<&'a MessageId>,
}

impl<'a> Annotations<'a> {
    /// Takes the messages of a chat, oldest first.
    pub fn new(messages: &'a [Message]) -> Self {
        let mut annotations = Self::default();
        for message in messages {
            match &message.body.content {
                Content::Reaction(reaction) => {
                    let of = annotations.reactions.entry(&reaction.target).or_default();
                    of.insert(&message.sender, &reaction.text);
                }
                Content::PollUpdate(update) => {
                    let of = annotations.votes.entry(&update.target).or_default();
                    of.insert(&message.sender, update);
                }
                _ => {
                    annotations.shown.insert(&message.id);
                }
            }
        }
        annotations
    }

    /// Whether a message has a bubble of its own.
    pub fn has_bubble(&self, message: &Message) -> bool {
        let target = match &message.body.content {
            Content::Reaction(reaction) => &reaction.target,
            Content::PollUpdate(update) => &update.target,
            Content::Edited(edited) => &edited.target,
            Content::Deleted(deleted) => &deleted.target,
            _ => return true,
        };
        !self.shown.contains(target)
    }

    /// The reactions to a message, each with how many there are.
    pub fn reactions(&self, id: &MessageId) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = Vec::new();
        let all = self.reactions.get(id).into_iter().flat_map(BTreeMap::values);
        for text in all.filter(|text| !text.is_empty()) {
            let text = line(text);
            match counts.iter_mut().find(|(known, _)| *known == text) {
                Some((_, count)) => *count += 1,
                None => counts.push((text, 1)),
            }
        }
        counts.truncate(REACTIONS);
        counts
    }

    /// The options that were chosen of a poll, one for each voter and option.
    pub fn voted(&self, id: &MessageId) -> impl Iterator<Item = &'a String> {
        let updates = self.votes.get(id).into_iter().flat_map(BTreeMap::values);
        let votes = updates.flat_map(|update| &update.votes);
        votes.filter(|vote| !vote.voters.is_empty()).map(|vote| &vote.option)
    }
}

#[cfg(test)]
mod tests {
    use siskin_model::message::{Direction, Reaction, Text};
    use siskin_model::{Body, UnixMillis};

    use super::*;

    fn message(id: &str, sender: &str, content: Content) -> Message {
        Message::new(
            ChatId::parse("15550100002@c.us").unwrap(),
            MessageId::from_text(id),
            ChatId::parse(sender).unwrap(),
            Direction::Incoming,
            UnixMillis(0),
            Body::new(content),
        )
    }

    fn reaction(id: &str, sender: &str, text: &str) -> Message {
        let content = Content::Reaction(Reaction {
            text: text.to_owned(),
            target: MessageId::from_text("A"),
            participant: ChatId::parse("15550100001@c.us").unwrap(),
        });
        message(id, sender, content)
    }

    #[test]
    fn a_reaction_belongs_to_its_message_and_the_last_of_each_person_counts() {
        let text = Content::Text(Text { text: "hi".to_owned(), is_template: false });
        let messages = [
            message("A", "1@c.us", text),
            reaction("B", "2@c.us", "👍"),
            reaction("C", "3@c.us", "👍"),
            reaction("D", "2@c.us", "🎉"),
            reaction("E", "4@c.us", "👍"),
            reaction("F", "4@c.us", ""),
        ];
        let annotations = Annotations::new(&messages);
        let mut reactions = annotations.reactions(&MessageId::from_text("A"));
        reactions.sort();
        assert_eq!(reactions, [("🎉".to_owned(), 1), ("👍".to_owned(), 1)]);
        let bubbles: Vec<_> = messages.iter().map(|m| annotations.has_bubble(m)).collect();
        assert_eq!(bubbles, [true, false, false, false, false, false]);
        assert!(Annotations::new(&messages[1..]).has_bubble(&messages[1]));
    }
}
