//! The advertisement that the writer of a text came from.

use serde_json::json;
use siskin_model::message::Ad;

use super::Members;

/// What stands beside the text.
pub(super) fn members(ad: &Ad) -> Members {
    super::members(json!({
        "containsAutoReply": ad.contains_auto_reply,
        "mediaType": ad.media_type,
        "showAdAttribution": ad.show_ad_attribution,
        "sourceId": ad.source_id,
        "sourceType": ad.source_type,
        "sourceUrl": ad.source_url,
        "thumbnailUrl": ad.thumbnail_url,
    }))
}
