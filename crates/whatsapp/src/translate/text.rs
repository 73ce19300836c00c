//! `textMessage` and `extendedTextMessage`.

use siskin_model::Content;
use siskin_model::message::{ExtendedText, PreviewType, Text};
use wa::message::ExtendedTextMessage;
use wa::message::extended_text_message::PreviewType as WirePreviewType;
use waproto::whatsapp as wa;

use super::ad;
use super::draft::Draft;
use super::envelope::Envelope;
use super::kind::Kind;
use super::media::{jpeg, text};

pub(super) const PLAIN: Kind = Kind {
    read: |message, envelope| {
        let text = message.conversation.as_ref().filter(|text| !text.is_empty())?;
        Some(plain(text.clone(), envelope))
    },
    context: |_| None,
};

pub(super) const EXTENDED: Kind = Kind {
    read: |message, envelope| Some(read(message.extended_text_message.as_option()?, envelope)),
    context: |message| message.extended_text_message.as_option()?.context_info.as_option(),
};

fn plain(text: String, envelope: &Envelope<'_>) -> Content {
    if envelope.by_api {
        Content::ExtendedText(ExtendedText { text, ..Default::default() })
    } else {
        Content::Text(Text { text, is_template: false })
    }
}

fn read(message: &ExtendedTextMessage, envelope: &Envelope<'_>) -> Content {
    let context = message.context_info.as_option();
    let ad = ad::info(context);
    let has_link = [&message.matched_text, &message.title, &message.description]
        .into_iter()
        .any(|part| part.as_ref().is_some_and(|part| !part.is_empty()));
    let is_forwarded = context.and_then(|context| context.is_forwarded).unwrap_or_default();
    // A text with nothing else to tell has this form when it answers another message or
    // disappears; a forwarded one keeps it, since only here is a place to say so.
    if !has_link && ad.is_none() && !is_forwarded {
        return plain(text(&message.text), envelope);
    }
    let or_ad = |own: &Option<String>, ads: Option<&Option<String>>| {
        Some(text(own)).filter(|own| !own.is_empty()).or_else(|| ads.map(text)).unwrap_or_default()
    };
    let thumbnail = message.jpeg_thumbnail.as_deref();
    Content::ExtendedText(ExtendedText {
        text: text(&message.text),
        description: or_ad(&message.description, ad.map(|ad| &ad.body)),
        title: or_ad(&message.title, ad.map(|ad| &ad.title)),
        preview_type: match message.preview_type {
            Some(WirePreviewType::Video) => PreviewType::Video,
            Some(WirePreviewType::Placeholder) => PreviewType::Placeholder,
            Some(WirePreviewType::Image) => PreviewType::Image,
            _ => PreviewType::None,
        },
        thumbnail: jpeg(thumbnail.or_else(|| ad?.thumbnail.as_deref())),
        ad: ad.map(ad::read),
    })
}

pub(super) fn build(text: &str, draft: &Draft<'_>) -> wa::Message {
    let Some(preview) = &draft.parts.preview else {
        return wa::Message { conversation: Some(text.to_owned()), ..Default::default() };
    };
    let mut message = ExtendedTextMessage {
        text: Some(text.to_owned()),
        matched_text: Some(preview.link.clone()),
        title: Some(preview.title.clone()),
        description: Some(preview.description.clone()),
        preview_type: Some(match preview.is_video {
            true => WirePreviewType::Video,
            false => WirePreviewType::None,
        }),
        jpeg_thumbnail: Some(preview.thumbnail.clone()).filter(|bytes| !bytes.is_empty()),
        ..Default::default()
    };
    if let (Some((_, across, down)), Some(picture)) = (&preview.large, &draft.uploaded) {
        message.thumbnail_direct_path = Some(picture.direct_path.clone());
        message.thumbnail_sha256 = Some(picture.file_sha256.to_vec());
        message.thumbnail_enc_sha256 = Some(picture.file_enc_sha256.to_vec());
        message.media_key = Some(picture.media_key.to_vec());
        message.media_key_timestamp = Some(picture.media_key_timestamp);
        message.thumbnail_width = Some(*across);
        message.thumbnail_height = Some(*down);
    }
    wa::Message { extended_text_message: buffa::MessageField::some(message), ..Default::default() }
}
