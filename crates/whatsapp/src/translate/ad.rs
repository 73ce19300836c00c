//! The advertisement that somebody clicked before writing.

use siskin_model::message::Ad;
use wa::context_info::ExternalAdReplyInfo;
use wa::context_info::external_ad_reply_info::MediaType;
use waproto::whatsapp as wa;

/// The advertisement in a message's context, if there is one.
pub(super) fn info(context: Option<&wa::ContextInfo>) -> Option<&ExternalAdReplyInfo> {
    let info = context?.external_ad_reply.as_option()?;
    // Pictures of links are sent in the same place.
    let is_ad = info.source_id.is_some() || info.source_type.is_some();
    is_ad.then_some(info)
}

pub(super) fn read(info: &ExternalAdReplyInfo) -> Ad {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    Ad {
        contains_auto_reply: info.contains_auto_reply.unwrap_or_default(),
        media_type: match info.media_type {
            Some(MediaType::Image) => "IMAGE",
            Some(MediaType::Video) => "VIDEO",
            _ => "NONE",
        }
        .to_owned(),
        show_ad_attribution: info.show_ad_attribution.unwrap_or_default(),
        source_id: text(&info.source_id),
        source_type: text(&info.source_type),
        source_url: text(&info.source_url),
        thumbnail_url: text(&info.thumbnail_url),
    }
}
