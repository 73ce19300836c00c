//! Rows of calls, and what they have for the description of the API.

use serde_json::{Value, json};
use siskin_fleet::Shown;
use siskin_green_api::journal;
use siskin_model::CallRecord;

use crate::description::{Description, Shape, flag, number, string};

/// The rows of some calls.
pub(super) fn draw(shown: &Shown<CallRecord>) -> Vec<Value> {
    let row = |call| shown.names.draw(|view| journal::call(call, 0, view));
    shown.entries.iter().map(row).collect()
}

pub(super) fn describe_incoming() -> Description {
    let row = shape("incoming", "incomingCall").required("isGroup", flag("A call of a group."));
    Description::answers_rows("IncomingCallRow", row.done())
}

pub(super) fn describe_outgoing() -> Description {
    let participant = Shape::new()
        .required("id", string("The person."))
        .required("status", string("How it ended for them."));
    let row = shape("outgoing", "outgoingCall")
        .required("duration", number("Seconds."))
        .required("participants", json!({"type": "array", "items": participant.done()}));
    Description::answers_rows("OutgoingCallRow", row.done())
}

fn shape(direction: &str, kind: &str) -> Shape {
    Shape::new()
        .required("type", json!({"type": "string", "enum": [direction]}))
        .required("idMessage", string("The call's id."))
        .required("timestamp", number("UNIX seconds."))
        .required("typeMessage", json!({"type": "string", "enum": [kind]}))
        .required("chatId", string("The other side, or the group."))
        .required("isVideo", flag("Whether it has a picture."))
        .required("status", string("How it stands: pickUp, hungUp, declined and others."))
}
