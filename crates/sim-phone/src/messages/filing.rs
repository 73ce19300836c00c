//! How a decrypted message gets into a phone's chats: most become a message of their own;
//! edits, deletions, reactions and votes also change the one that they are about.

use std::sync::Arc;

use buffa::Message as _;
use siskin_sim_server::Directory;
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::keys::base64_bytes::Base64;
use wacore::message_edit::{MessageEditContext, decrypt_message_edit};
use wacore::poll::{PollVoteCiphertext, compute_option_hash, decrypt_poll_vote_with_secret};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::secret_encrypted_message::SecretEncType;

use crate::chats::{Chats, Row, Status};
use crate::content::{innermost, poll};

/// What is known about a message beside its content.
pub(crate) struct MessageInfo {
    pub(crate) chat: String,
    pub(crate) id: String,
    /// Who sent it, as phones show it.
    pub(crate) from: String,
    pub(crate) from_me: bool,
    pub(crate) name: String,
    pub(crate) timestamp: u64,
    pub(crate) status: Status,
    pub(crate) by_lid: bool,
    /// The account that sent it.
    pub(crate) author: Arc<AccountCell>,
    /// Whether the server has let an admin of the group take back with it what somebody else
    /// wrote.
    pub(crate) by_admin: bool,
}

/// Keeps a message. What shows nothing in a chat, such as keys, leaves no trace.
pub(crate) fn file(directory: &Directory, chats: &Chats, info: MessageInfo, message: &wa::Message) {
    let effect = effect(directory, chats, &info, message);
    if matches!(effect, Effect::Nothing) {
        return;
    }
    let target = effect.target().map(str::to_owned);
    let chosen = match &effect {
        Effect::Vote { chosen, .. } => chosen.clone(),
        _ => None,
    };
    let row = Row {
        seq: 0,
        chat: info.chat.clone(),
        id: info.id,
        from: info.from.clone(),
        from_me: info.from_me,
        name: info.name,
        timestamp: info.timestamp,
        message: message.encode_to_vec(),
        status: info.status,
        by_lid: info.by_lid,
        edited: None,
        deleted: false,
        reactions: Default::default(),
        votes: Default::default(),
        target,
        chosen,
    };
    // One that the phone has already had its effect then.
    if chats.add(row).is_some() {
        apply(chats, &info.chat, info.from, info.by_admin, effect);
    }
}

/// What a message does.
enum Effect {
    Nothing,
    Show,
    Edit { target: String, content: Vec<u8> },
    Delete { target: String },
    React { target: String, emoji: String },
    Vote { target: String, chosen: Option<Vec<String>> },
}

impl Effect {
    fn target(&self) -> Option<&str> {
        match self {
            Self::Nothing | Self::Show => None,
            Self::Edit { target, .. }
            | Self::Delete { target }
            | Self::React { target, .. }
            | Self::Vote { target, .. } => Some(target),
        }
    }
}

fn apply(chats: &Chats, chat: &str, from: String, by_admin: bool, effect: Effect) {
    match effect {
        Effect::Nothing | Effect::Show => {}
        // Only the author edits; the owner of the other phone may not.
        Effect::Edit { target, content } => {
            chats.change(chat, &target, Some(&from), |row| row.edited = Some(Base64(content)));
        }
        // In a group an admin deletes for everyone as well.
        Effect::Delete { target } => {
            let by = Some(from.as_str()).filter(|_| !by_admin);
            chats.change(chat, &target, by, |row| row.deleted = true);
        }
        Effect::React { target, emoji } => {
            chats.change(chat, &target, None, |row| {
                if emoji.is_empty() {
                    row.reactions.remove(&from);
                } else {
                    row.reactions.insert(from, emoji);
                }
            });
        }
        Effect::Vote { target, chosen: Some(chosen) } => {
            chats.change(chat, &target, None, |row| {
                row.votes.insert(from, chosen);
            });
        }
        Effect::Vote { chosen: None, .. } => {}
    }
}

fn effect(
    directory: &Directory,
    chats: &Chats,
    info: &MessageInfo,
    message: &wa::Message,
) -> Effect {
    let message = innermost(message).message;
    if let Some(protocol) = message.protocol_message.as_option() {
        return protocol_effect(protocol);
    }
    if let Some(reaction) = message.reaction_message.as_option() {
        return Effect::React {
            target: key_id(reaction.key.as_option()),
            emoji: reaction.text.clone().unwrap_or_default(),
        };
    }
    if let Some(update) = message.poll_update_message.as_option() {
        let target = key_id(update.poll_creation_message_key.as_option());
        let chosen = open_vote(directory, chats, info, &target, update);
        return Effect::Vote { target, chosen };
    }
    if let Some(sealed) = message.secret_encrypted_message.as_option()
        && sealed.secret_enc_type == Some(SecretEncType::MESSAGE_EDIT)
    {
        return open_edit(directory, chats, info, sealed).unwrap_or(Effect::Show);
    }
    if is_only_keys(message) { Effect::Nothing } else { Effect::Show }
}

/// Whether a message carries the keys of a group and nothing to show.
fn is_only_keys(message: &wa::Message) -> bool {
    if !message.sender_key_distribution_message.is_set() {
        return *message == wa::Message::default();
    }
    let mut rest = message.clone();
    rest.sender_key_distribution_message = Default::default();
    rest.fast_ratchet_key_sender_key_distribution_message = Default::default();
    rest.message_context_info = Default::default();
    rest == wa::Message::default()
}

fn protocol_effect(protocol: &wa::message::ProtocolMessage) -> Effect {
    let target = key_id(protocol.key.as_option());
    match protocol.r#type {
        Some(Type::REVOKE) => Effect::Delete { target },
        Some(Type::MESSAGE_EDIT) => {
            let content = protocol.edited_message.as_option();
            Effect::Edit { target, content: content.map(|m| m.encode_to_vec()).unwrap_or_default() }
        }
        Some(Type::EPHEMERAL_SETTING) => Effect::Show,
        _ => Effect::Nothing,
    }
}

fn key_id(key: Option<&wa::MessageKey>) -> String {
    key.and_then(|key| key.id.clone()).unwrap_or_default()
}

/// The options that a vote is for. `None` when the poll is unknown or the vote is not for
/// it.
fn open_vote(
    directory: &Directory,
    chats: &Chats,
    info: &MessageInfo,
    target: &str,
    update: &wa::message::PollUpdateMessage,
) -> Option<Vec<String>> {
    let row = chats.find(&info.chat, target)?;
    let message = wa::Message::decode_from_slice(&row.message).ok()?;
    let options = &poll(innermost(&message).message)?.options;
    let secret = secret(&message)?;
    let vote = update.vote.as_option()?;
    let (payload, iv) = (vote.enc_payload.as_deref()?, vote.enc_iv.as_deref()?);
    let creator = directory.account_by_chat_id(&row.from)?;
    let hashes = names(&creator).iter().find_map(|creator| {
        names(&info.author).iter().find_map(|voter| {
            let ciphertext = PollVoteCiphertext { enc_payload: payload, enc_iv: iv };
            decrypt_poll_vote_with_secret(ciphertext, secret, target, creator, voter).ok()
        })
    })?;
    let names = options.iter().filter_map(|option| option.option_name.clone());
    Some(
        names.filter(|name| hashes.iter().any(|hash| *hash == compute_option_hash(name))).collect(),
    )
}

/// An edit that is encrypted once more, with the secret of the message that it changes.
fn open_edit(
    directory: &Directory,
    chats: &Chats,
    info: &MessageInfo,
    sealed: &wa::message::SecretEncryptedMessage,
) -> Option<Effect> {
    let target = key_id(sealed.target_message_key.as_option());
    let row = chats.find(&info.chat, &target)?;
    let message = wa::Message::decode_from_slice(&row.message).ok()?;
    let secret = secret(&message)?;
    let (payload, iv) = (sealed.enc_payload.as_deref()?, sealed.enc_iv.as_deref()?);
    let author = directory.account_by_chat_id(&row.from)?;
    let opened = names(&author).iter().find_map(|name| {
        let context = MessageEditContext {
            original_msg_id: &target,
            original_sender_jid: name,
            editor_jid: name,
        };
        decrypt_message_edit(payload, iv, secret, &context).ok()
    })?;
    let inner = innermost(&opened).message;
    let content = match inner.protocol_message.as_option() {
        Some(protocol) => protocol.edited_message.as_option()?.encode_to_vec(),
        None => inner.encode_to_vec(),
    };
    Some(Effect::Edit { target, content })
}

fn secret(message: &wa::Message) -> Option<&[u8]> {
    message.message_context_info.as_option()?.message_secret.as_deref()
}

/// Both names of an account, either of which a vote or an edit may be bound to.
fn names(cell: &AccountCell) -> [String; 2] {
    [format!("{}@lid", cell.lid), format!("{}@s.whatsapp.net", cell.phone)]
}
