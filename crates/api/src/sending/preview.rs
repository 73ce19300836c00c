use siskin_green_api::Settings;
use siskin_model::message::{CustomPreview, Preview, PreviewImage};

use crate::request::{
    LONGEST_TEXT, MAX_BYTES, Member, flag, object, optional, request, required, text, word,
};

/// Whether the picture is large.
const SIZES: [(&str, bool); 2] = [("large", true), ("small", false)];

request! {
    /// What a caller wants to be shown of the link in a text.
    pub(crate) struct LinkPreview {
        wanted: Option<bool> = optional("linkPreview", flag(),
            "Whether to show what the first link leads to; else as the settings have it."),
        is_large: bool = optional("typePreview", word(&SIZES), "How large its picture is.")
            .map(Option::unwrap_or_default),
        own: Option<OwnPreview> = optional("customPreview", object(), "What to show instead."),
    }
}

request! {
    /// A preview of the caller's own.
    pub(crate) struct OwnPreview {
        title: String = required("title", text(LONGEST_TEXT), "The title."),
        description: String =
            optional("description", text(LONGEST_TEXT), "The text.").or_empty(),
        link: String = optional("link", text(LONGEST_TEXT),
            "What it opens; else the first link in the text.").or_empty(),
        picture_url: Option<String> =
            optional("urlFile", text(LONGEST_TEXT), "The address of the picture."),
        // No more fits into a JSON body.
        picture: Option<String> = optional("jpegThumbnail", text(MAX_BYTES),
            "The picture itself, base64, instead of its address."),
    }
}

impl LinkPreview {
    /// A preview of the caller's own counts whatever the settings say; only `linkPreview` in
    /// the same request can switch it off.
    pub fn under(self, settings: &Settings) -> Preview {
        let large = self.is_large;
        match (self.wanted, self.own) {
            (Some(false), _) => Preview::Off,
            (_, Some(own)) => Preview::Custom(own.custom(large)),
            (None, None) if !settings.link_preview.is_yes() => Preview::Off,
            _ => Preview::Page { large },
        }
    }
}

impl OwnPreview {
    /// Where a picture and its address are given, the address counts.
    fn custom(self, large: bool) -> CustomPreview {
        let Self { title, description, link, picture_url, picture } = self;
        let image = picture_url.map(PreviewImage::Url).or(picture.map(PreviewImage::Data));
        CustomPreview { title, description, link, image, large }
    }
}
