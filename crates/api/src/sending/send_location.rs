use serde_json::json;
use siskin_model::message::{Command, Location, Typing};
use siskin_model::{ChatId, MessageId};

use super::{Envelope, Sending, describe_sending};
use crate::call::Answer;
use crate::description::Description;
use crate::request::{
    LONGEST_TEXT, chat, decimal, optional, quoted, request, required, text, typing,
};

request! {
    /// A place.
    pub(crate) struct SendLocation {
        chat: ChatId = chat(),
        latitude: f64 = required("latitude", decimal(-90..=90), "Degrees north."),
        longitude: f64 = required("longitude", decimal(-180..=180), "Degrees east."),
        name: String =
            optional("nameLocation", text(LONGEST_TEXT), "The name of the place.").or_empty(),
        address: String = optional("address", text(LONGEST_TEXT), "Its address.").or_empty(),
        quoted: Option<MessageId> = quoted(),
        typing: Option<Typing> = typing(),
    }
}

pub(crate) async fn handle(sending: Sending, request: SendLocation) -> Answer {
    let SendLocation { chat, latitude, longitude, name, address, quoted, typing } = request;
    let location = Location { latitude, longitude, name, address, thumbnail: String::new() };
    sending.accept(Envelope { chat, quoted, typing }, Command::Location(location)).await
}

pub(crate) fn describe() -> Description {
    describe_sending().does_not_take(json!({"latitude": 91}))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::testing::{Api, BOB, validation};
    use serde_json::json;
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
