//! `locationMessage`, and live ones, of which the place at the start is told.

use siskin_model::Content;
use siskin_model::message::Location;
use wa::message::LocationMessage;
use waproto::whatsapp as wa;

use super::kind::Kind;
use super::media::{jpeg, jpeg_bytes, some_text, text};

pub(super) const KIND: Kind = Kind {
    read: |message, _| {
        let location = message.location_message.as_option()?;
        Some(Content::Location(Location {
            name: text(&location.name),
            address: text(&location.address),
            latitude: finite(location.degrees_latitude),
            longitude: finite(location.degrees_longitude),
            thumbnail: jpeg(location.jpeg_thumbnail.as_deref()),
        }))
    },
    context: |message| message.location_message.as_option()?.context_info.as_option(),
};

pub(super) const LIVE: Kind = Kind {
    read: |message, _| {
        let location = message.live_location_message.as_option()?;
        Some(Content::Location(Location {
            name: text(&location.caption),
            address: String::new(),
            latitude: finite(location.degrees_latitude),
            longitude: finite(location.degrees_longitude),
            thumbnail: jpeg(location.jpeg_thumbnail.as_deref()),
        }))
    },
    context: |message| message.live_location_message.as_option()?.context_info.as_option(),
};

/// JSON has no word for what is not a number.
fn finite(degrees: Option<f64>) -> f64 {
    degrees.filter(|degrees| degrees.is_finite()).unwrap_or_default()
}

pub(super) fn build(location: &Location) -> wa::Message {
    let location = LocationMessage {
        degrees_latitude: Some(location.latitude),
        degrees_longitude: Some(location.longitude),
        name: some_text(&location.name),
        address: some_text(&location.address),
        jpeg_thumbnail: jpeg_bytes(&location.thumbnail),
        ..Default::default()
    };
    wa::Message { location_message: buffa::MessageField::some(location), ..Default::default() }
}
