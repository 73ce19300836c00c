//! Incoming messages against the vendor's examples of notifications.

use serde_json::json;
use waproto::whatsapp as wa;

use super::super::testing::*;

#[test]
fn a_text_is_a_text_in_either_form() {
    let expected = json!({
        "typeMessage": "textMessage",
        "textMessageData": { "textMessage": "Is the shop open today?" },
    });
    let plain = wa::Message { conversation: some("Is the shop open today?"), ..Default::default() };
    assert_eq!(incoming_data(&plain), expected);
    let extended = wa::Message {
        extended_text_message: field(wa::message::ExtendedTextMessage {
            text: some("Is the shop open today?"),
            context_info: field(wa::ContextInfo { expiration: Some(86400), ..Default::default() }),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert_eq!(incoming_data(&extended), expected);
}

#[test]
fn a_link_is_told_with_its_page() {
    let message = wa::Message {
        extended_text_message: field(wa::message::ExtendedTextMessage {
            text: some("See https://shop.example/hours"),
            matched_text: some("https://shop.example/hours"),
            description: some("Opening hours"),
            title: some("Example Shop"),
            jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
            ..Default::default()
        }),
        ..Default::default()
    };
    let expected = json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": "See https://shop.example/hours",
            "description": "Opening hours",
            "title": "Example Shop",
            "previewType": "None",
            "jpegThumbnail": THUMBNAIL_BASE64,
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn somebody_who_clicked_on_an_advertisement_brings_it_along() {
    use wa::context_info::ExternalAdReplyInfo;
    use wa::context_info::external_ad_reply_info::MediaType;
    use wa::message::extended_text_message::PreviewType;
    let ad = ExternalAdReplyInfo {
        title: some("Example Shop"),
        body: some("Opening hours"),
        media_type: Some(MediaType::Image),
        thumbnail: Some(THUMBNAIL.to_vec()),
        thumbnail_url: some("https://ads.example/1.jpg"),
        source_type: some("ad"),
        source_id: some("120200000000000001"),
        source_url: some("https://ads.example/1"),
        contains_auto_reply: Some(false),
        show_ad_attribution: Some(true),
        ..Default::default()
    };
    let message = wa::Message {
        extended_text_message: field(wa::message::ExtendedTextMessage {
            text: some("I saw your ad"),
            preview_type: Some(PreviewType::Video),
            context_info: field(wa::ContextInfo {
                external_ad_reply: field(ad),
                ..Default::default()
            }),
            ..Default::default()
        }),
        ..Default::default()
    };
    let expected = json!({
        "typeMessage": "extendedTextMessage",
        "extendedTextMessageData": {
            "text": "I saw your ad",
            "description": "Opening hours",
            "title": "Example Shop",
            "previewType": "VIDEO",
            "jpegThumbnail": THUMBNAIL_BASE64,
            "forwardingScore": 0,
            "isForwarded": false,
            "containsAutoReply": false,
            "mediaType": "IMAGE",
            "showAdAttribution": true,
            "sourceId": "120200000000000001",
            "sourceType": "ad",
            "sourceUrl": "https://ads.example/1",
            "thumbnailUrl": "https://ads.example/1.jpg",
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn a_place_is_told_and_a_live_one_where_it_began() {
    let location = wa::message::LocationMessage {
        degrees_latitude: Some(12.5),
        degrees_longitude: Some(-45.25),
        name: some("Example Park"),
        address: some("1 Example Road"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let message = wa::Message { location_message: field(location), ..Default::default() };
    let expected = json!({
        "typeMessage": "locationMessage",
        "locationMessageData": {
            "nameLocation": "Example Park",
            "address": "1 Example Road",
            "latitude": 12.5,
            "longitude": -45.25,
            "jpegThumbnail": THUMBNAIL_BASE64,
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!(incoming_data(&message), expected);
    let live = wa::message::LiveLocationMessage {
        degrees_latitude: Some(f64::NAN),
        degrees_longitude: Some(-45.25),
        caption: some("On my way"),
        ..Default::default()
    };
    let message = wa::Message { live_location_message: field(live), ..Default::default() };
    let data = &incoming_data(&message)["locationMessageData"];
    assert_eq!((&data["nameLocation"], &data["latitude"]), (&json!("On my way"), &json!(0.0)));
}

#[test]
fn contacts_are_told_one_and_several() {
    let contact = |name: &str, vcard: &str| wa::message::ContactMessage {
        display_name: some(name),
        vcard: some(vcard),
        ..Default::default()
    };
    let one =
        wa::Message { contact_message: field(contact("Cy Example", "A")), ..Default::default() };
    let expected = json!({
        "typeMessage": "contactMessage",
        "contactMessageData": {
            "displayName": "Cy Example",
            "vcard": "A",
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!(incoming_data(&one), expected);
    let several = wa::message::ContactsArrayMessage {
        contacts: vec![contact("Cy Example", "A"), contact("Di Example", "B")],
        ..Default::default()
    };
    let several = wa::Message { contacts_array_message: field(several), ..Default::default() };
    let expected = json!({
        "typeMessage": "contactsArrayMessage",
        "messageData": {
            "contacts": [
                { "displayName": "Cy Example", "vcard": "A" },
                { "displayName": "Di Example", "vcard": "B" },
            ],
            "forwardingScore": 0,
            "isForwarded": false,
        },
    });
    assert_eq!(incoming_data(&several), expected);
}

#[test]
fn a_reaction_names_the_message_and_its_writer() {
    let reaction = |text: &str| wa::Message {
        reaction_message: field(wa::message::ReactionMessage {
            key: field(wa::MessageKey {
                remote_jid: some("15550100001@s.whatsapp.net"),
                from_me: Some(false),
                id: some(TARGET),
                participant: None,
            }),
            text: some(text),
            ..Default::default()
        }),
        ..Default::default()
    };
    for text in ["👍", ""] {
        let expected = json!({
            "typeMessage": "reactionMessage",
            "extendedTextMessageData": { "text": text },
            "quotedMessage": { "stanzaId": TARGET, "participant": OWN },
        });
        assert_eq!(incoming_data(&reaction(text)), expected);
    }
}

#[test]
fn a_poll_is_told_in_every_version() {
    let poll = |count: u32| wa::message::PollCreationMessage {
        name: some("Drinks?"),
        options: ["Tea", "Coffee"]
            .map(|name| wa::message::poll_creation_message::Option {
                option_name: some(name),
                ..Default::default()
            })
            .to_vec(),
        selectable_options_count: Some(count),
        ..Default::default()
    };
    let expected = json!({
        "typeMessage": "pollMessage",
        "pollMessageData": {
            "name": "Drinks?",
            "options": [{ "optionName": "Tea" }, { "optionName": "Coffee" }],
            "multipleAnswers": false,
        },
    });
    let wrapped = wa::Message { poll_creation_message: field(poll(1)), ..Default::default() };
    let versions = [
        wa::Message { poll_creation_message: field(poll(1)), ..Default::default() },
        wa::Message { poll_creation_message_v2: field(poll(1)), ..Default::default() },
        wa::Message { poll_creation_message_v3: field(poll(1)), ..Default::default() },
        wa::Message {
            poll_creation_message_v4: field(wa::message::FutureProofMessage {
                message: field(wrapped),
            }),
            ..Default::default()
        },
        wa::Message { poll_creation_message_v5: field(poll(1)), ..Default::default() },
        wa::Message { poll_creation_message_v6: field(poll(1)), ..Default::default() },
    ];
    for version in versions {
        assert_eq!(incoming_data(&version), expected);
    }
    let several = wa::Message { poll_creation_message: field(poll(0)), ..Default::default() };
    assert_eq!(incoming_data(&several)["pollMessageData"]["multipleAnswers"], true);
}

#[test]
fn an_invitation_is_told() {
    let invite = wa::message::GroupInviteMessage {
        group_jid: some(GROUP),
        invite_code: some("ExampleInviteCode"),
        invite_expiration: Some(1_780_500_000),
        group_name: some("Weekend plans"),
        caption: some("Join us"),
        jpeg_thumbnail: Some(THUMBNAIL.to_vec()),
        ..Default::default()
    };
    let message = wa::Message { group_invite_message: field(invite), ..Default::default() };
    let expected = json!({
        "typeMessage": "groupInviteMessage",
        "groupInviteMessageData": {
            "groupJid": GROUP,
            "inviteCode": "ExampleInviteCode",
            "inviteExpiration": "1780500000",
            "groupName": "Weekend plans",
            "caption": "Join us",
            "name": "",
            "jpegThumbnail": THUMBNAIL_BASE64,
        },
    });
    assert_eq!(incoming_data(&message), expected);
}

#[test]
fn a_template_without_buttons_is_a_text() {
    use wa::message::template_message::HydratedFourRowTemplate;
    let hydrated = HydratedFourRowTemplate {
        hydrated_content_text: some("Your order is ready"),
        ..Default::default()
    };
    let template =
        wa::message::TemplateMessage { hydrated_template: field(hydrated), ..Default::default() };
    let message = wa::Message { template_message: field(template), ..Default::default() };
    let expected = json!({
        "typeMessage": "textMessage",
        "textMessageData": { "textMessage": "Your order is ready", "isTemplateMessage": true },
    });
    assert_eq!(incoming_data(&message), expected);
}
