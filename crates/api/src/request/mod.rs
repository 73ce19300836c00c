//! What a method takes, said once: a [`request!`] names its members, and from it come the
//! reading, what is said of everything that is wrong, the schema with an example, and the
//! reference page. A handler has the request as its second argument, so that it cannot read
//! what is not declared; the compiler tells of what is declared and not read.
//!
//! ```ignore
//! request! {
//!     /// A poll.
//!     pub(crate) struct SendPoll {
//!         chat: ChatId = chat(),
//!         question: String = required("message", text(255), "The question."),
//!         options: Vec<PollOption> = required("options", list(2..=12, object()), "The options."),
//!         several: bool = optional("multipleAnswers", flag(), "Choose several?").or(false),
//!     }
//! }
//! ```
//!
//! A line is a field, what it is read as, and a member: its name, what its value may be
//! ([`kind`]) and a line of description. [`common`] has the members that many methods take.

mod charset;
mod combined;
mod common;
mod declaration;
mod declared;
mod disposition;
mod form;
mod json;
mod json_error;
mod kind;
mod member;
mod named;
mod reader;
mod receive;
mod surrogates;

pub(crate) use combined::{members, when};
pub(crate) use common::{
    chat, file, id_message, optional_id_message, quoted, readable_chat, typing, typing_of_kind,
    typing_time, typing_type,
};
pub(crate) use declaration::{Carrier, Declaration};
pub(crate) use declared::{Declared, Presence};
pub(crate) use form::{FormFile, bare_file, file_name, is_form};
pub(crate) use json::MAX_BYTES;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) use json::members as json_members;
pub(crate) use kind::Kind;
pub(crate) use kind::choice::{flag, word};
pub(crate) use kind::identifier::{message_id, readable_chat_id};
pub(crate) use kind::nested::{list, object};
pub(crate) use kind::number::{at_least, clamped, decimal, dialed, integer, number, phone_number};
pub(crate) use kind::text::{
    LONGEST_TEXT, file_name_text, id_text, text, trimmed_text, web_address,
};
pub(crate) use member::Member;
pub(crate) use named::{key, one_of, optional, required};
pub(crate) use reader::{Members, Reader};
pub(crate) use receive::{Request, receive_form};

/// Declares a struct of members; the page above says how.
macro_rules! request {
    (
        $(#[doc = $about:literal])+
        $(#[derive($($derived:ident),+)])?
        $vis:vis struct $name:ident { $($field:ident: $type:ty = $member:expr,)+ }
    ) => {
        $(#[doc = $about])+
        $(#[derive($($derived),+)])?
        $vis struct $name { $(pub $field: $type,)+ }

        impl $crate::request::Members for $name {
            const ABOUT: &'static str = concat!($($about),+);

            fn declare(to: &mut Vec<$crate::request::Declared>) {
                $($crate::request::declare::<$type>(&$member, to);)+
            }

            fn read(reader: &mut $crate::request::Reader<'_>) -> Option<Self> {
                // All are read before the first that is wrong ends it.
                $(let $field = $crate::request::Member::read(&$member, reader);)+
                Some(Self { $($field: $field?,)+ })
            }

            fn is_form() -> bool {
                false $(|| $crate::request::is_file::<$type>(&$member))+
            }
        }
    };
}
pub(crate) use request;

/// Declares a member that is read as a `T`.
pub(crate) fn declare<T>(member: &impl Member<Value = T>, to: &mut Vec<Declared>) {
    member.declare(to);
}

/// Whether a member is a file.
pub(crate) fn is_file<T>(member: &impl Member<Value = T>) -> bool {
    member.is_file()
}
