//! How much is kept of what strangers send. WhatsApp's own apps stay within all of it.

use serde_json::Value;

use siskin_green_api::type_message;
use siskin_model::message::{Body, Content, Unsupported};
use siskin_model::text::within;

/// The longest text, in characters: what WhatsApp's apps let somebody write.
pub const LONGEST_TEXT: usize = 65_536;
/// The largest small picture, in bytes of base64; those of WhatsApp's apps have a few tens of
/// KB at most.
const LARGEST_THUMBNAIL: usize = 100 * 1024;
/// WhatsApp's own form of a message, in bytes: a larger one is not kept.
pub const LARGEST_FORM: usize = 512 * 1024;
/// All that a message says, in bytes of JSON: of a larger one nothing is kept but that it came.
const LARGEST_BODY: usize = 1024 * 1024;
/// In a form of this size, in bytes, nothing is over a bound.
const SMALL_FORM: usize = 64 * 1024;
/// The member that a small picture has in every kind of message.
const THUMBNAIL: &str = "thumbnail";

/// What is kept of a message that somebody has sent, where `form` is the size of WhatsApp's
/// own form of it: a text is cut at its bound, a picture that is too large left out.
pub(crate) fn bounded(body: Body, form: usize) -> Body {
    if form <= SMALL_FORM {
        return body;
    }
    let mut value = serde_json::to_value(&body).unwrap_or_default();
    bound(&mut value);
    if value.to_string().len() > LARGEST_BODY
        && let Some(quoted) = value.pointer_mut("/quoted/content")
    {
        *quoted = Value::Null;
    }
    let fits = value.to_string().len() <= LARGEST_BODY;
    let kept = serde_json::from_value(value).ok().filter(|_| fits);
    kept.unwrap_or_else(|| {
        let kind = type_message(&body.content).to_owned();
        Body::new(Content::Unsupported(Unsupported { kind, text: String::new() }))
    })
}

fn bound(value: &mut Value) {
    match value {
        Value::String(text) => text.truncate(within(text, LONGEST_TEXT).len()),
        Value::Array(values) => values.iter_mut().for_each(bound),
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(picture) if name == THUMBNAIL => {
                        if picture.len() > LARGEST_THUMBNAIL {
                            picture.clear();
                        }
                    }
                    value => bound(value),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use siskin_model::message::{Card, ExtendedText, Quoted, Text};
    use siskin_model::{ChatId, MessageId};

    const LARGE: usize = SMALL_FORM + 1;

    fn link(characters: usize, thumbnail: usize) -> Content {
        Content::ExtendedText(ExtendedText {
            text: "ä".repeat(characters),
            thumbnail: "A".repeat(thumbnail),
            ..ExtendedText::default()
        })
    }

    fn answer(content: Content, quoted: Content) -> Body {
        let quoted = Quoted {
            id: MessageId::from_text("BAE5000000000001"),
            participant: ChatId::parse("15550100002@c.us").unwrap(),
            content: Some(Box::new(quoted)),
        };
        Body { quoted: Some(quoted), ..Body::new(content) }
    }

    #[test]
    fn what_is_within_the_bounds_stays_as_it_is() {
        let at_the_bounds = || link(LONGEST_TEXT, LARGEST_THUMBNAIL);
        let body = answer(at_the_bounds(), at_the_bounds());
        assert_eq!(bounded(body.clone(), LARGE), body);
    }

    #[test]
    fn a_text_is_cut_and_a_large_picture_left_out_quoted_or_not() {
        let over = || link(LONGEST_TEXT + 1, LARGEST_THUMBNAIL + 1);
        let kept = bounded(answer(over(), over()), LARGE);
        assert_eq!(kept, answer(link(LONGEST_TEXT, 0), link(LONGEST_TEXT, 0)));
        let small = answer(over(), over());
        assert_eq!(bounded(small.clone(), SMALL_FORM), small, "such a form is not looked at");
    }

    #[test]
    fn of_a_huge_message_only_that_it_came_is_kept() {
        let card = Card { display_name: "Cy".into(), vcard: "A".repeat(LONGEST_TEXT) };
        let cards = Content::Contacts(vec![card; 100]);
        let text = Content::Text(Text { text: "Hello".into(), is_template: false });
        let kept = bounded(answer(text.clone(), cards.clone()), LARGE);
        assert_eq!((&kept.content, &kept.quoted.unwrap().content), (&text, &None));
        let Content::Unsupported(kept) = bounded(Body::new(cards), LARGE).content else {
            panic!("more was kept")
        };
        assert_eq!((kept.kind.as_str(), kept.text.as_str()), ("contactsArrayMessage", ""));
    }
}
