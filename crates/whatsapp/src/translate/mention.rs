//! Members of a group that a text mentions.

use siskin_model::message::with_mentions;
use wa::message::ExtendedTextMessage;
use wacore_binary::Jid;
use waproto::whatsapp as wa;

/// A member that a text mentions.
pub(crate) struct Member {
    /// The number behind the "@", as the caller wrote it.
    pub(crate) number: String,
    /// The member, by the address that the group knows.
    pub(crate) jid: Jid,
}

/// Mentions members in the text of a message, or in the new one of an edit. WhatsApp's apps
/// replace by the name what stands behind the "@" if it is the address in the list.
pub(crate) fn mention(message: &mut wa::Message, members: &[Member]) {
    if members.is_empty() {
        return;
    }
    if let Some(protocol) = message.protocol_message.as_option_mut() {
        if let Some(edited) = protocol.edited_message.as_option_mut() {
            mention(edited, members);
        }
        return;
    }
    if let Some(wrapper) = message.document_with_caption_message.as_option_mut() {
        if let Some(document) = wrapper.message.as_option_mut() {
            mention(document, members);
        }
        return;
    }
    if let Some(text) = message.conversation.take() {
        let text = ExtendedTextMessage { text: Some(text), ..Default::default() };
        message.extended_text_message = buffa::MessageField::some(text);
    }
    macro_rules! first_of {
        ($($member:ident: $text:ident),+ $(,)?) => {
            $(
                if let Some(part) = message.$member.as_option_mut() {
                    if let Some(text) = &mut part.$text {
                        *text = with_mentions(text, |number| address(members, number));
                    }
                    let context = part.context_info.get_or_insert_default();
                    context.mentioned_jid =
                        members.iter().map(|member| member.jid.to_non_ad_string()).collect();
                    return;
                }
            )+
        };
    }
    first_of!(
        extended_text_message: text,
        image_message: caption,
        video_message: caption,
        document_message: caption,
    );
}

fn address<'a>(members: &'a [Member], number: &str) -> Option<&'a str> {
    members.iter().find(|member| member.number == number).map(|member| member.jid.user.as_str())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn members() -> Vec<Member> {
        let jid = "100000000000002@lid".parse().unwrap();
        vec![Member { number: "15550100002".to_owned(), jid }]
    }

    #[test]
    fn a_text_and_its_edit_mention_a_member() {
        let text = wa::Message {
            conversation: Some("Hi @15550100002 and @15550100003".to_owned()),
            ..Default::default()
        };
        let protocol = wa::message::ProtocolMessage {
            edited_message: buffa::MessageField::some(text.clone()),
            ..Default::default()
        };
        let mut edit = wa::Message {
            protocol_message: buffa::MessageField::some(protocol),
            ..Default::default()
        };
        let mut plain = text;
        mention(&mut plain, &members());
        mention(&mut edit, &members());
        let edited = edit.protocol_message.as_option().unwrap().edited_message.clone();
        for message in [&plain, edited.as_option().unwrap()] {
            let text = message.extended_text_message.as_option().unwrap();
            let expected = "Hi @100000000000002 and @15550100003";
            assert_eq!(text.text.as_deref(), Some(expected));
            let context = text.context_info.as_option().unwrap();
            assert_eq!(context.mentioned_jid, ["100000000000002@lid"]);
        }
    }

    #[test]
    fn a_message_that_mentions_nobody_stays_as_it_is() {
        let text = wa::Message { conversation: Some("Hi".to_owned()), ..Default::default() };
        let mut same = text.clone();
        mention(&mut same, &[]);
        assert_eq!(same, text);
    }
}
