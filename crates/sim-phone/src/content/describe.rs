//! A message as JSON, for whoever looks at a phone.

use serde_json::{Map, Value, json};
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;

use super::bubbles::describe_bubble;
use super::files::describe_file;
use super::innermost::{innermost, poll};
use super::json::{base64, object};

/// The fields that a message has in the phone API, `kind` among them.
pub fn describe(message: &wa::Message) -> Map<String, Value> {
    let inner = innermost(message);
    let (kind, mut fields, context) = describe_content(inner.message);
    fields.insert("kind".to_owned(), kind.into());
    if inner.view_once {
        fields.insert("viewOnce".to_owned(), true.into());
    }
    if let Some(context) = context {
        fields.extend(describe_context(context));
    }
    fields
}

type Described<'a> = (&'static str, Map<String, Value>, Option<&'a wa::ContextInfo>);

fn describe_content(message: &wa::Message) -> Described<'_> {
    describe_text(message)
        .or_else(|| describe_file(message))
        .or_else(|| describe_card(message))
        .or_else(|| describe_about(message))
        .or_else(|| describe_bubble(message))
        .unwrap_or_else(|| ("other", Map::new(), None))
}

fn describe_text(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(text) = &message.conversation {
        return Some(("text", object(json!({ "text": text })), None));
    }
    let text = message.extended_text_message.as_option()?;
    let preview = (text.title.is_some() || text.matched_text.is_some()).then(|| {
        object(json!({
            "url": text.matched_text,
            "title": text.title,
            "description": text.description,
            "thumbnail": base64(text.jpeg_thumbnail.as_deref()),
            "type": text.preview_type.map(|kind| format!("{kind:?}").to_lowercase()),
        }))
    });
    let fields = json!({
        "text": text.text,
        "preview": preview,
        "backgroundArgb": text.background_argb,
        "textArgb": text.text_argb,
        "font": text.font.map(|font| font as i32),
    });
    Some(("text", object(fields), text.context_info.as_option()))
}

fn describe_card(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(location) = message.location_message.as_option() {
        let fields = json!({
            "latitude": location.degrees_latitude,
            "longitude": location.degrees_longitude,
            "name": location.name,
            "address": location.address,
            "url": location.url,
            "thumbnail": base64(location.jpeg_thumbnail.as_deref()),
        });
        return Some(("location", object(fields), location.context_info.as_option()));
    }
    if let Some(contact) = message.contact_message.as_option() {
        let fields = contact_fields(contact);
        return Some(("contact", fields, contact.context_info.as_option()));
    }
    if let Some(contacts) = message.contacts_array_message.as_option() {
        let list: Vec<_> = contacts.contacts.iter().map(contact_fields).collect();
        let fields = json!({ "displayName": contacts.display_name, "contacts": list });
        return Some(("contacts", object(fields), contacts.context_info.as_option()));
    }
    if let Some(poll) = poll(message) {
        let options: Vec<_> = poll.options.iter().map(|option| &option.option_name).collect();
        let selectable = poll.selectable_options_count.unwrap_or(0);
        let fields = json!({
            "name": poll.name,
            "options": options,
            "multipleAnswers": selectable != 1,
            "selectableCount": selectable,
        });
        return Some(("poll", object(fields), poll.context_info.as_option()));
    }
    let invite = message.group_invite_message.as_option()?;
    let fields = json!({
        "groupId": invite.group_jid,
        "groupName": invite.group_name,
        "inviteCode": invite.invite_code,
        "inviteExpiration": invite.invite_expiration,
        "caption": invite.caption,
        "thumbnail": base64(invite.jpeg_thumbnail.as_deref()),
    });
    Some(("groupInvite", object(fields), invite.context_info.as_option()))
}

fn contact_fields(contact: &wa::message::ContactMessage) -> Map<String, Value> {
    object(json!({ "displayName": contact.display_name, "vcard": contact.vcard }))
}

/// Messages about other messages. What they are about stands on the row.
fn describe_about(message: &wa::Message) -> Option<Described<'_>> {
    if let Some(reaction) = message.reaction_message.as_option() {
        return Some(("reaction", object(json!({ "text": reaction.text })), None));
    }
    if message.poll_update_message.is_set() {
        return Some(("pollVote", Map::new(), None));
    }
    if message.secret_encrypted_message.is_set() {
        return Some(("edit", object(json!({ "encrypted": true })), None));
    }
    let protocol = message.protocol_message.as_option()?;
    match protocol.r#type {
        Some(Type::REVOKE) => Some(("delete", Map::new(), None)),
        Some(Type::MESSAGE_EDIT) => {
            let mut fields = protocol.edited_message.as_option().map(describe).unwrap_or_default();
            if let Some(kind) = fields.remove("kind") {
                fields.insert("newKind".to_owned(), kind);
            }
            Some(("edit", fields, None))
        }
        Some(Type::EPHEMERAL_SETTING) => {
            let fields = json!({ "expiration": protocol.ephemeral_expiration });
            Some(("disappearing", object(fields), None))
        }
        _ => None,
    }
}

fn describe_context(context: &wa::ContextInfo) -> Map<String, Value> {
    let quoted = context.stanza_id.as_ref().map(|id| {
        let mut quoted = context.quoted_message.as_option().map(describe).unwrap_or_default();
        quoted.insert("id".to_owned(), id.as_str().into());
        if let Some(participant) = &context.participant {
            quoted.insert("participant".to_owned(), participant.as_str().into());
        }
        quoted
    });
    let score = context.forwarding_score.filter(|score| *score > 0);
    let mentions = (!context.mentioned_jid.is_empty()).then_some(&context.mentioned_jid);
    object(json!({
        "quoted": quoted,
        "forwarded": context.is_forwarded.filter(|forwarded| *forwarded),
        "forwardingScore": score,
        "mentions": mentions,
        "expiration": context.expiration.filter(|seconds| *seconds > 0),
    }))
}
