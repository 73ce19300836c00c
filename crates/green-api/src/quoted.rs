//! Messages that answer another one.

use serde_json::json;
use siskin_model::message::{Direction, Forwarding, Quoted};
use siskin_model::{Body, Content};

use crate::View;
use crate::kind::{Context, Members, kind_of};

/// The `typeMessage` of a text of either kind that answers another message (specification,
/// section 10, number 23).
const ANSWER: &str = "quotedMessage";

/// The vendor's `typeMessage` of a message.
pub(crate) fn type_message(body: &Body) -> &'static str {
    match answer(body) {
        Some(_) => ANSWER,
        None => kind_of(&body.content).type_message(),
    }
}

/// What `messageData` has of a text that answers another message. `None`: it is none.
pub(crate) fn answer_data(body: &Body, view: &View<'_>) -> Option<Members> {
    let (text, quoted) = answer(body)?;
    let data = json!({
        "text": text,
        "stanzaId": quoted.id,
        "participant": view.shown(&quoted.participant),
    });
    Some(Members::from_iter([("extendedTextMessageData".to_owned(), data)]))
}

fn answer(body: &Body) -> Option<(&str, &Quoted)> {
    body.content.text().zip(body.quoted.as_ref())
}

/// `quotedMessage`: what is answered, and what it says where the answer carries that.
pub(crate) fn quoted_message(quoted: &Quoted, view: &View<'_>) -> Members {
    let mut data = Members::new();
    data.insert("stanzaId".into(), json!(quoted.id));
    data.insert("participant".into(), json!(view.shown(&quoted.participant)));
    if let Some(content) = &quoted.content {
        data.extend(shown(content, view));
    }
    data
}

fn shown(content: &Content, view: &View<'_>) -> Members {
    let kind = kind_of(content);
    // Neither is told of what is answered.
    let (direction, forwarding) = (Direction::Incoming, Forwarding::default());
    let mut members = kind.quoted(&Context { direction, forwarding, view });
    members.insert("typeMessage".into(), kind.type_message().into());
    members
}
