//! `pollUpdateMessage`: a vote. It is encrypted with a secret that the poll carries, and names
//! options by their hashes, so that it can be read only by whoever knows the poll.

use siskin_model::message::{PollUpdate, Vote};
use siskin_model::{ChatId, Content, Message, MessageId};
use wacore::poll::{PollVoteCiphertext, compute_option_hash, decrypt_poll_vote_with_secret};
use waproto::whatsapp as wa;

use super::kind::Kind;
use super::media::text;
use super::unwrap;
use crate::jid::{chat_in, jid_of};

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let update = message.poll_update_message.as_option()?;
        update.vote.as_option()?;
        let key = update.poll_creation_message_key.as_option()?;
        Some(Content::PollUpdate(unknown_poll(MessageId::from_text(text(&key.id)))))
    },
    context: |_| None,
};

fn unknown_poll(target: MessageId) -> PollUpdate {
    PollUpdate { target, name: String::new(), votes: Vec::new(), multiple_answers: false }
}

/// An encrypted vote.
pub(crate) struct EncryptedVote {
    /// The poll's message.
    pub(crate) poll: MessageId,
    /// Who made the poll, as the voter's key of it says.
    creator: Option<ChatId>,
    payload: Vec<u8>,
    iv: Vec<u8>,
}

/// The encrypted vote in a message, if it is one.
pub(crate) fn encrypted_vote(message: &wa::Message) -> Option<EncryptedVote> {
    let update = unwrap::innermost(message).poll_update_message.as_option()?;
    let key = update.poll_creation_message_key.as_option()?;
    let vote = update.vote.as_option()?;
    Some(EncryptedVote {
        poll: MessageId::from_text(text(&key.id)),
        creator: key.participant.as_deref().and_then(chat_in),
        payload: vote.enc_payload.clone()?,
        iv: vote.enc_iv.clone()?,
    })
}

impl EncryptedVote {
    /// What was voted for. `None`: the poll is not known well enough to say.
    ///
    /// The key depends on the addresses of the poll's maker and of the voter, of which each
    /// has two: all combinations are tried, as WhatsApp's own clients try theirs.
    pub(crate) fn open(
        &self,
        poll: &Message,
        creators: &[ChatId],
        voters: &[ChatId],
        shown: &ChatId,
    ) -> Option<PollUpdate> {
        let Content::Poll(known) = &poll.body.content else { return None };
        let secret = secret_of(&poll.raw)?;
        let creators = creators.iter().chain(&self.creator).map(jid_of);
        let chosen = creators.into_iter().find_map(|creator| {
            voters.iter().find_map(|voter| {
                let voter = jid_of(voter).to_string();
                self.decrypt(&secret, &creator.to_string(), &voter)
            })
        })?;
        let votes = known.options.iter().map(|option| {
            let is_chosen = chosen.iter().any(|hash| hash[..] == compute_option_hash(option));
            let voters = if is_chosen { vec![shown.clone()] } else { Vec::new() };
            Vote { option: option.clone(), voters }
        });
        Some(PollUpdate {
            target: self.poll.clone(),
            name: known.name.clone(),
            votes: votes.collect(),
            multiple_answers: known.multiple_answers,
        })
    }

    fn decrypt(&self, secret: &[u8], creator: &str, voter: &str) -> Option<Vec<Vec<u8>>> {
        let ciphertext = PollVoteCiphertext { enc_payload: &self.payload, enc_iv: &self.iv };
        let poll = self.poll.as_str();
        decrypt_poll_vote_with_secret(ciphertext, secret, poll, creator, voter).ok()
    }
}

/// The secret that a poll was sent with. It stands beside the poll, in whichever wrapper.
fn secret_of(raw: &[u8]) -> Option<Vec<u8>> {
    let message = waproto::codec::message_decode(raw).ok()?;
    let secret = |message: &wa::Message| {
        message.message_context_info.as_option().and_then(|info| info.message_secret.clone())
    };
    secret(unwrap::innermost(&message)).or_else(|| secret(&message))
}
