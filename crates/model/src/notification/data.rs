//! `messageData`: `typeMessage` and the member that goes with it.

use serde_json::{Map, Value, json};

use super::FILE_TOO_LARGE;
use super::quoted::quoted_message;
use crate::View;
use crate::message::{
    Body, Content, Direction, Edited, ExtendedText, FileContent, Forwarding, Poll, PollUpdate,
    Quoted, Text,
};

/// The whole of `messageData`.
pub(super) fn message_data(body: &Body, direction: Direction, view: &View<'_>) -> Value {
    let mut data = Map::new();
    data.insert("typeMessage".into(), body.type_message().into());
    let (name, member) = match (&body.content, &body.quoted) {
        (content, Some(quoted)) if content.text().is_some() => {
            ("extendedTextMessageData", reply(content.text().unwrap_or_default(), quoted, view))
        }
        (content, _) => member(content, body.forwarding, direction, view),
    };
    data.insert(name.into(), member);
    if let Content::Reaction(reaction) = &body.content {
        let participant = view.shown(&reaction.participant);
        let target = json!({ "stanzaId": reaction.target, "participant": participant });
        data.insert("quotedMessage".into(), target);
    } else if let Some(quoted) = &body.quoted {
        data.insert("quotedMessage".into(), quoted_message(quoted, view));
    }
    Value::Object(data)
}

fn reply(text: &str, quoted: &Quoted, view: &View<'_>) -> Value {
    json!({
        "text": text,
        "stanzaId": quoted.id,
        "participant": view.shown(&quoted.participant),
    })
}

/// The data member of a content, by name and value.
fn member(
    content: &Content,
    forwarding: Forwarding,
    direction: Direction,
    view: &View<'_>,
) -> (&'static str, Value) {
    match content {
        Content::Text(text) => ("textMessageData", plain_text(text)),
        Content::ExtendedText(text) => {
            ("extendedTextMessageData", forwarded(extended_text(text), forwarding))
        }
        Content::File(file) => {
            ("fileMessageData", forwarded(Value::Object(file_members(file, view)), forwarding))
        }
        Content::Reaction(reaction) => {
            ("extendedTextMessageData", json!({ "text": reaction.text }))
        }
        Content::Location(location) => {
            ("locationMessageData", forwarded(location.json(), forwarding))
        }
        Content::Contact(card) => ("contactMessageData", forwarded(json!(card), forwarding)),
        Content::Contacts(cards) => {
            ("messageData", forwarded(json!({ "contacts": cards }), forwarding))
        }
        Content::Poll(poll) => ("pollMessageData", poll.json()),
        Content::PollUpdate(update) => ("pollMessageData", update.json(view)),
        Content::Edited(edited) => ("editedMessageData", edited_data(edited)),
        Content::Deleted(deleted) => ("deletedMessageData", json!({ "stanzaId": deleted.target })),
        Content::GroupInvite(invite) => ("groupInviteMessageData", invite.json()),
        Content::Buttons(buttons) => ("buttonsMessage", forwarded(json!(buttons), forwarding)),
        Content::List(list) => ("listMessage", forwarded(json!(list), forwarding)),
        Content::Template(template) => ("templateMessage", forwarded(json!(template), forwarding)),
        Content::InteractiveButtons(buttons) => ("interactiveButtons", json!(buttons)),
        // The vendor's samples name the member differently for the two directions.
        Content::InteractiveButtonsReply(buttons) if direction.is_outgoing() => {
            ("interactiveButtons", json!(buttons))
        }
        Content::InteractiveButtonsReply(buttons) => ("interactiveButtonsReply", json!(buttons)),
        Content::ButtonsResponse(response) => ("buttonsResponseMessage", json!(response)),
        Content::TemplateReply(reply) => ("templateButtonReplyMessage", json!(reply)),
        Content::ListResponse(response) => ("listResponseMessage", json!(response)),
        Content::Unsupported(unsupported) => (
            "unsupportedMessageData",
            json!({ "kind": unsupported.kind, "text": unsupported.text }),
        ),
    }
}

fn plain_text(text: &Text) -> Value {
    let mut data = json!({ "textMessage": text.text });
    if text.is_template {
        data["isTemplateMessage"] = true.into();
    }
    data
}

/// The text and what is known of its link, without how often it was forwarded.
fn extended_text(text: &ExtendedText) -> Value {
    let mut data = json!({
        "text": text.text,
        "description": text.description,
        "title": text.title,
        "previewType": text.preview_type.as_str(),
        "jpegThumbnail": text.thumbnail,
    });
    if let (Some(ad), Some(data)) = (&text.ad, data.as_object_mut())
        && let Value::Object(ad) = json!(ad)
    {
        data.extend(ad);
    }
    data
}

impl ExtendedText {
    /// The object of a link, as journals and quotes show it.
    pub(crate) fn json(&self, forwarding: Forwarding) -> Value {
        forwarded(extended_text(self), forwarding)
    }
}

/// The members of a file, which journals show without a wrapper.
pub(crate) fn file_members(file: &FileContent, view: &View<'_>) -> Map<String, Value> {
    let url = match &file.file {
        _ if file.too_large => FILE_TOO_LARGE.to_owned(),
        Some(token) => view.file_url(token, &file.file_name),
        None => String::new(),
    };
    let mut data = Map::new();
    data.insert("downloadUrl".into(), url.into());
    data.insert("caption".into(), file.caption.as_str().into());
    data.insert("fileName".into(), file.file_name.as_str().into());
    data.insert("jpegThumbnail".into(), file.thumbnail.as_str().into());
    data.insert("mimeType".into(), file.mime_type.as_str().into());
    if file.kind == crate::message::FileKind::Sticker {
        data.insert("isAnimated".into(), file.is_animated.into());
    }
    data
}

fn forwarded(mut data: Value, forwarding: Forwarding) -> Value {
    data["forwardingScore"] = forwarding.score.into();
    data["isForwarded"] = forwarding.is_forwarded.into();
    data
}

fn edited_data(edited: &Edited) -> Value {
    let member = if edited.is_caption { "caption" } else { "textMessage" };
    json!({ member: edited.text, "stanzaId": edited.target })
}

impl crate::message::Location {
    /// The place as notifications, journals and quotes show it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "nameLocation": self.name,
            "address": self.address,
            "latitude": self.latitude,
            "longitude": self.longitude,
            "jpegThumbnail": self.thumbnail,
        })
    }
}

impl Poll {
    /// The poll as notifications, journals and quotes show it.
    pub(crate) fn json(&self) -> Value {
        let options = self.options.iter().map(|option| json!({ "optionName": option }));
        json!({
            "name": self.name,
            "options": options.collect::<Vec<_>>(),
            "multipleAnswers": self.multiple_answers,
        })
    }
}

impl PollUpdate {
    /// The votes of one person as notifications and journals show them.
    pub(crate) fn json(&self, view: &View<'_>) -> Value {
        let votes = self.votes.iter().map(|vote| {
            let voters = vote.voters.iter().map(|voter| view.shown(voter));
            json!({ "optionName": vote.option, "optionVoters": voters.collect::<Vec<_>>() })
        });
        json!({
            "stanzaId": self.target,
            "name": self.name,
            "votes": votes.collect::<Vec<_>>(),
            "multipleAnswers": self.multiple_answers,
        })
    }
}

impl crate::message::GroupInvite {
    /// The invitation as notifications and quotes show it.
    pub(crate) fn json(&self) -> Value {
        json!({
            "groupJid": self.group,
            "inviteCode": self.code,
            "inviteExpiration": self.expires.to_string(),
            "groupName": self.group_name,
            "caption": self.caption,
            "name": "",
            "jpegThumbnail": self.thumbnail,
        })
    }
}
