//! The section "Sending" of the reference.

mod acceptance;
mod buttons;
pub(crate) mod forward_messages;
mod preview;
pub(crate) mod send_buttons;
pub(crate) mod send_contact;
pub(crate) mod send_file_by_upload;
pub(crate) mod send_file_by_url;
pub(crate) mod send_interactive_buttons;
pub(crate) mod send_interactive_buttons_reply;
pub(crate) mod send_link;
pub(crate) mod send_list_message;
pub(crate) mod send_location;
pub(crate) mod send_message;
pub(crate) mod send_poll;
pub(crate) mod send_template_buttons;
pub(crate) mod upload_file;
mod url_file;
mod vcard;

pub(crate) use acceptance::{Envelope, IdMessage, Sending, describe_sending};
