use std::ops::RangeInclusive;

use serde_json::json;
use siskin_model::message::{Command, Location};

use super::{Envelope, Sending, describe_sending};
use crate::call::{Answer, Call};
use crate::openapi::{Description, Shape, text};
use crate::reader::{LONGEST_TEXT, Reader};

/// Degrees north.
const LATITUDES: RangeInclusive<i32> = -90..=90;
/// Degrees east.
const LONGITUDES: RangeInclusive<i32> = -180..=180;

pub(crate) async fn handle(call: Call) -> Answer {
    let (sending, members) = Sending::of(call).await?;
    let mut reader = Reader::of(&members);
    let chat = reader.chat("chatId");
    let location = Location {
        latitude: reader.number("latitude", LATITUDES),
        longitude: reader.number("longitude", LONGITUDES),
        name: reader.optional_text("nameLocation", LONGEST_TEXT),
        address: reader.optional_text("address", LONGEST_TEXT),
        thumbnail: String::new(),
    };
    let quoted = reader.quoted();
    let typing = reader.typing();
    let envelope = reader.finish(chat.map(|chat| Envelope { chat, quoted, typing }))?;
    sending.accept(members, envelope, Command::Location(location)).await
}

pub(crate) fn describe() -> Description {
    let degrees = |bounds: RangeInclusive<i32>| {
        let (minimum, maximum) = (bounds.start(), bounds.end());
        json!({"type": "number", "minimum": minimum, "maximum": maximum})
    };
    let body = Shape::new()
        .chat()
        .required("latitude", degrees(LATITUDES))
        .required("longitude", degrees(LONGITUDES))
        .optional("nameLocation", text("The name of the place.", LONGEST_TEXT))
        .optional("address", text("Its address.", LONGEST_TEXT))
        .quoted()
        .typing();
    describe_sending("A place.", body)
        .refuses("Validation failed. Details: 'latitude' must be less than or equal to 90")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::{Api, BOB, validation};
    use siskin_model::Content;

    #[tokio::test]
    async fn a_place_is_sent() {
        let api = Api::new().await;
        let instance = api.instance().await;
        let session = instance.linked().await;
        let body = json!({"chatId": BOB, "latitude": -12.5, "longitude": "45.25",
            "nameLocation": "Park", "address": "1 Road"});
        instance.accepted("sendLocation", &body).await;
        let (_, said) = instance.sent(&session).await;
        let Content::Location(place) = said.content else { panic!("{said:?}") };
        assert_eq!((place.latitude, place.longitude), (-12.5, 45.25));
        assert_eq!((place.name.as_str(), place.address.as_str()), ("Park", "1 Road"));
    }

    #[tokio::test]
    async fn places_that_are_none_are_refused() {
        let api = Api::new().await;
        let instance = api.instance().await;
        for (latitude, longitude, detail) in [
            (json!(90.5), json!(0), "'latitude' must be less than or equal to 90"),
            (json!(-91), json!(0), "'latitude' must be greater than or equal to -90"),
            (json!(0), json!(180.01), "'longitude' must be less than or equal to 180"),
            (json!(0), json!("east"), "'longitude' must be a number"),
            (json!(null), json!(0), "'latitude' must be a number"),
        ] {
            let body = json!({"chatId": BOB, "latitude": latitude, "longitude": longitude});
            validation(&instance.post("sendLocation", &body).await, detail);
        }
        let answer = instance.post("sendLocation", &json!({"chatId": BOB})).await;
        validation(&answer, "'latitude' is required, 'longitude' is required");
        instance.nothing_waits().await;
    }
}
