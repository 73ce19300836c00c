//! `locationMessage`: a place.

use serde_json::{Value, json};
use siskin_model::message::Location;

use super::{Context, Kind, Members, member};

impl Kind for Location {
    fn type_message(&self) -> &'static str {
        "locationMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("locationMessageData", context.forwarded(place(self)))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("location", place(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("location", place(self))
    }
}

fn place(location: &Location) -> Value {
    json!({
        "nameLocation": location.name,
        "address": location.address,
        "latitude": location.latitude,
        "longitude": location.longitude,
        "jpegThumbnail": location.thumbnail,
    })
}
