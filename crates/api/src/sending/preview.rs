use siskin_green_api::Settings;
use siskin_model::message::{CustomPreview, Preview, PreviewImage};

use crate::reader::{LONGEST_TEXT, Reader};

/// The longest picture in a preview of the caller's own, in characters: no more fits into a
/// JSON body.
const LONGEST_PICTURE: usize = crate::body::MAX_BYTES;
const SIZES: [&str; 2] = ["large", "small"];

/// What a caller wants to be shown of the link in a text. A preview of the caller's own counts
/// whatever the settings say; only `linkPreview` in the same request can switch it off.
pub(super) fn read(reader: &mut Reader<'_>, settings: &Settings) -> Preview {
    let wanted = reader.flag("linkPreview");
    let large = reader.word("typePreview", &SIZES) == Some(0);
    let custom = reader.object("customPreview", |reader| CustomPreview {
        title: reader.text("title", LONGEST_TEXT),
        description: reader.optional_text("description", LONGEST_TEXT),
        link: reader.optional_text("link", LONGEST_TEXT),
        image: image(reader),
        large,
    });
    match (wanted, custom) {
        (Some(false), _) => Preview::Off,
        (_, Some(custom)) => Preview::Custom(custom),
        (None, None) if !settings.link_preview.is_yes() => Preview::Off,
        _ => Preview::Page { large },
    }
}

/// Where both are given, the address counts.
fn image(reader: &mut Reader<'_>) -> Option<PreviewImage> {
    let url = reader.optional_text("urlFile", LONGEST_TEXT);
    let data = reader.optional_text("jpegThumbnail", LONGEST_PICTURE);
    match (url.is_empty(), data.is_empty()) {
        (false, _) => Some(PreviewImage::Url(url)),
        (true, false) => Some(PreviewImage::Data(data)),
        (true, true) => None,
    }
}
