//! `pollMessage`. Every version of WhatsApp's poll says the same here; the fourth comes in a
//! wrapper.

use siskin_model::Content;
use siskin_model::message::Poll;
use wa::message::PollCreationMessage;
use wa::message::poll_creation_message::Option as PollOption;
use waproto::whatsapp as wa;

use super::kind::Kind;
use super::media::text;

pub(super) const V1: Kind = Kind {
    read: |message, _| Some(Content::Poll(read(message.poll_creation_message.as_option()?))),
    context: |message| message.poll_creation_message.as_option()?.context_info.as_option(),
};
pub(super) const V2: Kind = Kind {
    read: |message, _| Some(Content::Poll(read(message.poll_creation_message_v2.as_option()?))),
    context: |message| message.poll_creation_message_v2.as_option()?.context_info.as_option(),
};
pub(super) const V3: Kind = Kind {
    read: |message, _| Some(Content::Poll(read(message.poll_creation_message_v3.as_option()?))),
    context: |message| message.poll_creation_message_v3.as_option()?.context_info.as_option(),
};
pub(super) const V5: Kind = Kind {
    read: |message, _| Some(Content::Poll(read(message.poll_creation_message_v5.as_option()?))),
    context: |message| message.poll_creation_message_v5.as_option()?.context_info.as_option(),
};
pub(super) const V6: Kind = Kind {
    read: |message, _| Some(Content::Poll(read(message.poll_creation_message_v6.as_option()?))),
    context: |message| message.poll_creation_message_v6.as_option()?.context_info.as_option(),
};

fn read(poll: &PollCreationMessage) -> Poll {
    Poll {
        name: text(&poll.name),
        options: poll.options.iter().map(|option| text(&option.option_name)).collect(),
        // 0: as many as one likes.
        multiple_answers: poll.selectable_options_count.unwrap_or_default() != 1,
    }
}

pub(super) fn build(poll: &Poll) -> wa::Message {
    let options = poll
        .options
        .iter()
        .map(|option| PollOption { option_name: Some(option.clone()), ..Default::default() });
    let creation = buffa::MessageField::some(PollCreationMessage {
        name: Some(poll.name.clone()),
        options: options.collect(),
        selectable_options_count: Some(u32::from(!poll.multiple_answers)),
        ..Default::default()
    });
    // As WhatsApp Web chooses (engine, `features/polls.rs`).
    if poll.multiple_answers {
        wa::Message { poll_creation_message: creation, ..Default::default() }
    } else {
        wa::Message { poll_creation_message_v3: creation, ..Default::default() }
    }
}
