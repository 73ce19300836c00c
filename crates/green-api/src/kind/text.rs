//! `textMessage`, and `extendedTextMessage`: a text with what is known of the link in it.

use serde_json::{Value, json};
use siskin_model::message::{ExtendedText, PreviewType, Text};

use super::{Context, Kind, Members, ad, member};

impl Kind for Text {
    fn type_message(&self) -> &'static str {
        "textMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let mut data = json!({ "textMessage": self.text });
        if self.is_template {
            data["isTemplateMessage"] = true.into();
        }
        member("textMessageData", data)
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.text.as_str())
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.text.as_str())
    }
}

impl Kind for ExtendedText {
    fn type_message(&self) -> &'static str {
        "extendedTextMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("extendedTextMessageData", context.forwarded(link(self)))
    }

    fn quoted(&self, context: &Context<'_>) -> Members {
        member("extendedTextMessage", context.forwarded(link(self)))
    }

    fn row(&self, context: &Context<'_>) -> Members {
        let mut row = member("textMessage", self.text.as_str());
        row.insert("extendedTextMessage".into(), context.forwarded(link(self)));
        row
    }
}

fn link(text: &ExtendedText) -> Value {
    let mut data = json!({
        "text": text.text,
        "description": text.description,
        "title": text.title,
        "previewType": preview_type(text.preview_type),
        "jpegThumbnail": text.thumbnail,
    });
    if let (Some(ad), Some(data)) = (&text.ad, data.as_object_mut()) {
        data.extend(ad::members(ad));
    }
    data
}

/// `previewType`: WhatsApp's word.
const fn preview_type(preview_type: PreviewType) -> &'static str {
    match preview_type {
        PreviewType::None => "None",
        PreviewType::Video => "VIDEO",
        PreviewType::Placeholder => "PLACEHOLDER",
        PreviewType::Image => "IMAGE",
    }
}
