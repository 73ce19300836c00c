//! `groupInviteMessage`.

use siskin_model::Content;
use siskin_model::message::GroupInvite;

use super::kind::Kind;
use super::media::{jpeg, text};
use crate::jid::chat_in;

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let invite = message.group_invite_message.as_option()?;
        Some(Content::GroupInvite(GroupInvite {
            group: invite.group_jid.as_deref().and_then(chat_in)?,
            code: text(&invite.invite_code),
            expires: invite.invite_expiration.unwrap_or_default(),
            group_name: text(&invite.group_name),
            caption: text(&invite.caption),
            thumbnail: jpeg(invite.jpeg_thumbnail.as_deref()),
        }))
    },
    context: |message| message.group_invite_message.as_option()?.context_info.as_option(),
};
