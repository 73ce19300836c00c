//! A contact as a vCard 3.0 (RFC 2426), in the form that WhatsApp's own apps write.

use std::fmt::Write as _;

use siskin_model::PhoneNumber;
use siskin_model::message::Card;

use crate::request::{LONGEST_TEXT, Member, dialed, one_of, request, required, text};

request! {
    /// What is known of a contact; empty: nothing.
    #[derive(Default)]
    pub(crate) struct Contact {
        phone: String = required("phoneContact", dialed(),
            "The number with its country code, digits only, or a short one such as 112."),
        first_name: String = name("firstName", "The first name."),
        middle_name: String = name("middleName", "The middle name."),
        last_name: String = name("lastName", "The last name."),
        company: String = name("company", "The company; one of the four is needed."),
    }
}

/// Something that the contact can be called by.
fn name(name: &'static str, about: &'static str) -> impl Member<Value = String> {
    one_of(name, text(LONGEST_TEXT), about).map(Option::unwrap_or_default)
}

impl Contact {
    fn display_name(&self) -> String {
        let names = [&self.first_name, &self.middle_name, &self.last_name];
        let names: Vec<&str> = names.map(|name| name.trim()).into_iter().collect();
        let name = names.iter().filter(|name| !name.is_empty()).copied().collect::<Vec<_>>();
        if name.is_empty() { self.company.trim().to_owned() } else { name.join(" ") }
    }

    /// The card. An international number leads to a chat by `waid`.
    pub fn card(&self) -> Card {
        let display_name = self.display_name();
        let [first, middle, last] =
            [&self.first_name, &self.middle_name, &self.last_name].map(|name| escaped(name.trim()));
        let mut vcard = "BEGIN:VCARD\nVERSION:3.0\n".to_owned();
        let _ = write!(vcard, "N:{last};{first};{middle};;\nFN:{}\n", escaped(&display_name));
        if !self.company.trim().is_empty() {
            let _ = writeln!(vcard, "ORG:{}", escaped(self.company.trim()));
        }
        let phone = &self.phone;
        // A short number is of one country, and has no account.
        let _ = match phone.parse::<PhoneNumber>() {
            Ok(_) => write!(vcard, "TEL;type=CELL;waid={phone}:+{phone}\nEND:VCARD"),
            Err(_) => write!(vcard, "TEL;type=CELL:{phone}\nEND:VCARD"),
        };
        Card { display_name, vcard }
    }
}

/// A text as a value (RFC 2426, section 4): it cannot end its line or its part.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ',' | ';' => escaped.extend(['\\', character]),
            '\n' | '\r' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_company_and_number_have_their_places() {
        let contact = Contact {
            phone: "15550100004".into(),
            first_name: "Cy".into(),
            middle_name: String::new(),
            last_name: "Example".into(),
            company: "Shop".into(),
        };
        let card = contact.card();
        assert_eq!(card.display_name, "Cy Example");
        let expected = "BEGIN:VCARD\nVERSION:3.0\nN:Example;Cy;;;\nFN:Cy Example\nORG:Shop\n\
                        TEL;type=CELL;waid=15550100004:+15550100004\nEND:VCARD";
        assert_eq!(card.vcard, expected);
    }

    #[test]
    fn a_name_cannot_add_a_line() {
        let first_name = "A;b,c\\\r\nTEL:+1\u{7}".to_owned();
        let contact = Contact { phone: "1".into(), first_name, ..Contact::default() };
        let card = contact.card();
        assert!(card.vcard.contains("FN:A\\;b\\,c\\\\\\nTEL:+1\n"), "{}", card.vcard);
        assert_eq!(card.vcard.lines().count(), 6);
    }

    #[test]
    fn a_company_alone_is_a_name() {
        let contact = Contact { company: "Shop".into(), ..Contact::default() };
        assert_eq!(contact.card().display_name, "Shop");
    }
}
