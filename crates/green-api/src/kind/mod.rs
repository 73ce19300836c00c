//! The kinds of messages. One kind is one file, as in the engine's `translate/`, and one line in
//! the table [`kind_of`].

mod ad;
mod buttons;
mod contact;
mod delete;
mod edit;
mod file;
mod group_invite;
mod interactive;
mod list;
mod location;
mod poll;
mod reaction;
mod template;
mod text;
mod unsupported;
mod vote;

use serde_json::{Map, Value};
use siskin_model::Content;
use siskin_model::message::{Direction, Forwarding};

use crate::{Settings, View};

/// The members of an object.
pub(crate) type Members = Map<String, Value>;

/// A kind of message as the vendor shows it.
pub(crate) trait Kind {
    /// Its name: `typeMessage`.
    fn type_message(&self) -> &'static str;

    /// What `messageData` has beside `typeMessage`.
    fn notification(&self, context: &Context<'_>) -> Members;

    /// What `quotedMessage` shows of it, in messages that answer it: less than its own
    /// notification. Nothing, where nobody can answer it.
    fn quoted(&self, _context: &Context<'_>) -> Members {
        Members::new()
    }

    /// What rows of journals have of it. They flatten what notifications wrap, and some members
    /// have other names (specification, section 10, number 20).
    fn row(&self, context: &Context<'_>) -> Members;

    /// Whether the settings ask for notifications of it, where they ask for its direction.
    fn is_wanted(&self, _settings: &Settings) -> bool {
        true
    }
}

/// The message that a kind stands in, and for whom it is shown.
pub(crate) struct Context<'a> {
    pub direction: Direction,
    pub forwarding: Forwarding,
    pub view: &'a View<'a>,
}

impl Context<'_> {
    /// An object with how often the message was forwarded.
    fn forwarded(&self, mut object: Value) -> Value {
        object["forwardingScore"] = self.forwarding.score.into();
        object["isForwarded"] = self.forwarding.is_forwarded.into();
        object
    }
}

/// The table.
pub(crate) fn kind_of(content: &Content) -> &dyn Kind {
    match content {
        Content::Text(text) => text,
        Content::ExtendedText(text) => text,
        Content::File(file) => file,
        Content::Reaction(reaction) => reaction,
        Content::Location(location) => location,
        Content::Contact(card) => card,
        Content::Contacts(cards) => cards,
        Content::Poll(poll) => poll,
        Content::PollUpdate(update) => update,
        Content::Edited(edited) => edited,
        Content::Deleted(deleted) => deleted,
        Content::GroupInvite(invite) => invite,
        Content::Buttons(buttons) => buttons,
        Content::List(list) => list,
        Content::Template(template) => template,
        Content::InteractiveButtons(buttons) => buttons,
        Content::InteractiveButtonsReply(buttons) => buttons,
        Content::ButtonsResponse(response) => response,
        Content::TemplateReply(reply) => reply,
        Content::ListResponse(response) => response,
        Content::Unsupported(unsupported) => unsupported,
    }
}

/// The vendor's `typeMessage` of a message with that content that answers none.
pub fn type_message(content: &Content) -> &'static str {
    kind_of(content).type_message()
}

/// One member.
fn member(name: &str, value: impl Into<Value>) -> Members {
    Members::from_iter([(name.to_owned(), value.into())])
}

/// The members of an object.
fn members(object: Value) -> Members {
    match object {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}
