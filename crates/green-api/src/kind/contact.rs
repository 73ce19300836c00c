//! `contactMessage` and `contactsArrayMessage`: one vCard, or several.

use serde_json::{Value, json};
use siskin_model::message::Card;

use super::{Context, Kind, Members, member};

impl Kind for Card {
    fn type_message(&self) -> &'static str {
        "contactMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("contactMessageData", context.forwarded(contact(self)))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("contact", contact(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("contact", contact(self))
    }
}

impl Kind for Vec<Card> {
    fn type_message(&self) -> &'static str {
        "contactsArrayMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("messageData", context.forwarded(json!({ "contacts": contacts(self) })))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("contacts", contacts(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("contacts", contacts(self))
    }
}

fn contacts(cards: &[Card]) -> Vec<Value> {
    cards.iter().map(contact).collect()
}

fn contact(card: &Card) -> Value {
    json!({ "displayName": card.display_name, "vcard": card.vcard })
}
