//! After what time a message disappears. It says so itself, beside what it answers.

use siskin_model::Timer;
use wacore::proto_helpers::MessageExt as _;
use waproto::whatsapp as wa;

/// The place of a message for its context, whatever kind it is of. Those that the API has no
/// word for have one too: they can be forwarded.
macro_rules! slot {
    ($message:ident: $($member:ident),+ $(,)?) => {
        $(
            if let Some(content) = $message.$member.as_option_mut() {
                return Some(&mut content.context_info);
            }
        )+
    };
}

fn slot(message: &mut wa::Message) -> Option<&mut buffa::MessageField<wa::ContextInfo>> {
    slot!(
        message: extended_text_message,
        image_message,
        video_message,
        ptv_message,
        audio_message,
        document_message,
        sticker_message,
        location_message,
        live_location_message,
        contact_message,
        contacts_array_message,
        buttons_message,
        buttons_response_message,
        list_message,
        list_response_message,
        template_message,
        template_button_reply_message,
        interactive_message,
        interactive_response_message,
        poll_creation_message,
        poll_creation_message_v2,
        poll_creation_message_v3,
        poll_creation_message_v5,
        poll_creation_message_v6,
        poll_result_snapshot_message,
        poll_result_snapshot_message_v3,
        product_message,
        order_message,
        group_invite_message,
        event_message,
        event_invite_message,
        album_message,
        sticker_pack_message,
        newsletter_admin_invite_message,
        newsletter_follower_invite_message_v2,
        rich_response_message,
        request_phone_number_message,
        split_payment_message,
    );
    None
}

/// Puts the timer of its chat on a message that is in no wrapper; whatever other one it brings,
/// from where it was forwarded, goes.
pub(super) fn put(message: &mut wa::Message, timer: Option<Timer>) {
    let timer = timer.filter(|timer| timer.running().is_some());
    if timer.is_some() && message.conversation.is_some() {
        // A plain text has no place for it; the engine makes one of the other form.
        message.set_context_info(wa::ContextInfo::default());
    }
    let Some(slot) = slot(message) else { return };
    if timer.is_none() && slot.is_unset() {
        return;
    }
    let context = slot.get_or_insert_default();
    context.expiration = timer.map(|timer| timer.seconds);
    let since = timer.map(|timer| timer.since.seconds()).filter(|since| *since > 0);
    context.ephemeral_setting_timestamp = since;
    context.ephemeral_shared_secret = None;
    context.disappearing_mode = buffa::MessageField::none();
}
