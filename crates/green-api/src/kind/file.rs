//! `imageMessage`, `videoMessage`, `audioMessage`, `documentMessage`, `stickerMessage`.

use serde_json::{Value, json};
use siskin_model::message::{FileContent, FileKind};

use super::{Context, Kind, Members, member, members};
use crate::View;
use crate::markers::FILE_TOO_LARGE;

impl Kind for FileContent {
    fn type_message(&self) -> &'static str {
        match self.kind {
            FileKind::Image => "imageMessage",
            FileKind::Video => "videoMessage",
            FileKind::Audio => "audioMessage",
            FileKind::Document => "documentMessage",
            FileKind::Sticker => "stickerMessage",
        }
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        let data = Value::Object(self.row(context));
        member("fileMessageData", context.forwarded(data))
    }

    fn quoted(&self, context: &Context<'_>) -> Members {
        let mut shown = self.row(context);
        shown.remove("fileName");
        shown.remove("mimeType");
        shown
    }

    fn row(&self, context: &Context<'_>) -> Members {
        let mut data = members(json!({
            "downloadUrl": download_url(self, context.view),
            "caption": self.caption,
            "fileName": self.file_name,
            "jpegThumbnail": self.thumbnail,
            "mimeType": self.mime_type,
        }));
        if self.kind == FileKind::Sticker {
            data.insert("isAnimated".into(), self.is_animated.into());
        }
        data
    }
}

fn download_url(file: &FileContent, view: &View<'_>) -> String {
    match &file.file {
        _ if file.too_large => FILE_TOO_LARGE.to_owned(),
        Some(token) => view.file_url(token, &file.file_name),
        None => String::new(),
    }
}
