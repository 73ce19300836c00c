//! THE table: every method of the API. A new one is a file and a line here.

use futures::future::BoxFuture;
use http::Method as Verb;

use crate::call::{Answer, Call, PartnerCall};
use crate::description::Description;
use crate::handler::{Handle, takes};
use crate::request::Declaration;
use crate::{account, journals, partner, queues, read_mark, receiving, sending, service};

/// One method of the API.
pub(crate) struct Method {
    /// The name, in the vendor's spelling, and the parameter that follows the token.
    path: &'static str,
    pub verb: Verb,
    pub section: Section,
    pub status: Status,
    /// Calls per second, per instance (specification, section 3; section 12, number 10).
    pub per_second: u32,
    /// What it is for, in one line.
    pub summary: &'static str,
    pub handler: Handler,
    /// What it takes in its query string or body.
    pub takes: fn() -> Option<Declaration>,
    /// What it answers.
    pub describe: fn() -> Description,
}

/// A section of the vendor's reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Account,
    Sending,
    Receiving,
    Journals,
    Queues,
    ReadMark,
    Service,
    Partner,
}

impl Section {
    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Account => "Account",
            Self::Sending => "Sending",
            Self::Receiving => "Receiving",
            Self::Journals => "Journals",
            Self::Queues => "Queues",
            Self::ReadMark => "Read mark",
            Self::Service => "Service",
            Self::Partner => "Partner",
        }
    }
}

/// How the vendor stands to a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Current,
    Beta,
    Deprecated,
    Undocumented,
}

/// Which form of path leads to a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Surface {
    Instance,
    Partner,
}

pub(crate) enum Handler {
    Instance(fn(Call) -> BoxFuture<'static, Answer>),
    Partner(fn(PartnerCall) -> BoxFuture<'static, Answer>),
}

macro_rules! methods {
    ($($section:ident $surface:ident {
        $($verb:ident $path:literal $status:ident $per_second:literal $($module:ident)::+,
            $summary:literal;)*
    })*) => {
        /// Every method, in the order of the reference.
        pub(crate) static METHODS: &[Method] = &[$($(Method {
            path: $path,
            verb: Verb::$verb,
            section: Section::$section,
            status: Status::$status,
            per_second: $per_second,
            summary: $summary,
            handler: Handler::$surface(|call| Handle::handle($($module)::+::handle, call)),
            takes: || takes($($module)::+::handle),
            describe: $($module)::+::describe,
        },)*)*];
    };
}

// verb, name, status, calls per second, file; what it is for
methods! {
    Account Instance {
        GET "getSettings" Current 1 account::get_settings,
            "Every setting of the instance.";
        POST "setSettings" Current 1 account::set_settings,
            "Changes settings; those that are not named stay as they are.";
        GET "getStateInstance" Current 1 account::get_state_instance,
            "Whether the instance is linked.";
        GET "getStatusInstance" Deprecated 1 account::get_status_instance,
            "Whether the instance has a live connection to WhatsApp.";
        GET "getStateInstanceHistory" Current 1 account::get_state_instance_history,
            "When the instance was linked and unlinked.";
        GET "reboot" Current 1 account::reboot,
            "Restarts the instance's connection to WhatsApp.";
        GET "logout" Current 1 account::logout,
            "Unlinks the account.";
        GET "qr" Current 3 account::qr,
            "The QR code to scan, as it is now.";
        GET "scanqrcode" Current 1 account::scanqrcode,
            "A websocket that pushes each QR code and tells when it was scanned.";
        POST "getAuthorizationCode" Current 10 account::get_authorization_code,
            "A code of eight characters that links by phone number.";
        GET "getWaSettings" Current 1 account::get_wa_settings,
            "The linked account.";
        GET "getAccountSettings" Undocumented 1 account::get_wa_settings,
            "The same as getWaSettings.";
        GET "updateApiToken" Beta 10 account::update_api_token,
            "Replaces the instance's token; the old one stops working.";
        GET "getDeviceInfo" Deprecated 1 account::get_device_info,
            "The phone of the linked account, as far as it is known.";
    }
    Sending Instance {
        POST "sendMessage" Current 50 sending::send_message,
            "Sends a text.";
        POST "sendPoll" Current 50 sending::send_poll,
            "Sends a poll.";
        POST "sendFileByUpload" Current 50 sending::send_file_by_upload,
            "Sends a file that comes with the call.";
        POST "sendFileByUrl" Current 50 sending::send_file_by_url,
            "Sends a file that is fetched from an address.";
        POST "uploadFile" Current 10 sending::upload_file,
            "Stores a file, for sendFileByUrl.";
        POST "sendLocation" Current 50 sending::send_location,
            "Sends a place.";
        POST "sendContact" Current 50 sending::send_contact,
            "Sends a contact.";
        POST "forwardMessages" Current 50 sending::forward_messages,
            "Sends copies of known messages.";
        POST "sendInteractiveButtons" Beta 10 sending::send_interactive_buttons,
            "Sends a text with buttons that copy, call or open.";
        POST "sendInteractiveButtonsReply" Beta 10 sending::send_interactive_buttons_reply,
            "Sends a text with buttons that answer.";
        POST "sendButtons" Deprecated 50 sending::send_buttons,
            "Sends a text with plain buttons.";
        POST "sendTemplateButtons" Deprecated 50 sending::send_template_buttons,
            "Sends a text with the buttons of a template.";
        POST "sendListMessage" Deprecated 50 sending::send_list_message,
            "Sends a text with a list to choose from.";
        POST "sendLink" Deprecated 50 sending::send_link,
            "Sends a link; sendMessage does the same.";
    }
    Receiving Instance {
        GET "receiveNotification" Current 100 receiving::receive_notification,
            "The oldest notification; waits for one.";
        DELETE "deleteNotification/{receiptId}" Current 100 receiving::delete_notification,
            "Removes a notification that was received.";
        POST "downloadFile" Current 5 receiving::download_file,
            "Where the file of a message can be had.";
    }
    Journals Instance {
        POST "getChatHistory" Current 1 journals::get_chat_history,
            "The newest messages of a chat.";
        POST "getMessage" Current 10 journals::get_message,
            "One message.";
        GET "lastIncomingMessages" Current 1 journals::last_incoming_messages,
            "What was received lately, in all chats.";
        GET "lastOutgoingMessages" Current 1 journals::last_outgoing_messages,
            "What was sent lately, in all chats.";
        GET "lastIncomingCalls" Current 1 journals::last_incoming_calls,
            "Who called lately.";
        GET "lastOutgoingCalls" Current 1 journals::last_outgoing_calls,
            "Who was called lately.";
    }
    Queues Instance {
        GET "showMessagesQueue" Current 1 queues::show_messages_queue,
            "The messages that wait to be sent.";
        GET "getMessagesCount" Current 1 queues::get_messages_count,
            "How many messages wait to be sent.";
        GET "clearMessagesQueue" Current 1 queues::clear_messages_queue,
            "Drops the messages that wait to be sent.";
        GET "getWebhooksCount" Current 1 queues::get_webhooks_count,
            "How many notifications wait.";
        DELETE "clearWebhooksQueue" Current 10 queues::clear_webhooks_queue,
            "Removes every waiting notification.";
    }
    ReadMark Instance {
        POST "readChat" Current 10 read_mark::read_chat,
            "Marks a chat read, or one message of it.";
    }
    Service Instance {
        POST "deleteMessage" Current 10 service::delete_message,
            "Takes a message back.";
        POST "editMessage" Beta 10 service::edit_message,
            "Changes a text that was sent.";
        POST "sendTyping" Current 10 service::send_typing,
            "Shows the other side that something is being written.";
    }
    Partner Partner {
        POST "createInstance" Current 10 partner::create_instance,
            "Creates an instance.";
        GET "getInstances" Current 1 partner::get_instances,
            "Every instance.";
        POST "deleteInstanceAccount" Current 10 partner::delete_instance_account,
            "Deletes an instance and everything that is kept for it.";
    }
}

/// How often each method may be called in a second, by its name.
pub(crate) fn rates() -> impl Iterator<Item = (&'static str, u32)> {
    METHODS.iter().map(|method| (method.name(), method.per_second))
}

/// The method of that name, in any case.
pub(crate) fn find(surface: Surface, name: &str) -> Option<&'static Method> {
    METHODS
        .iter()
        .find(|method| method.surface() == surface && method.name().eq_ignore_ascii_case(name))
}

impl Method {
    /// The name, in the vendor's spelling.
    pub fn name(&self) -> &'static str {
        self.path.split_once('/').map_or(self.path, |(name, _)| name)
    }

    /// Whether a segment may follow the token.
    pub fn takes_tail(&self) -> bool {
        self.path.contains('/')
    }

    /// Whether its request comes in the query string, where others have a body.
    pub fn takes_query(&self) -> bool {
        self.verb == Verb::GET
    }

    pub fn surface(&self) -> Surface {
        match self.handler {
            Handler::Instance(_) => Surface::Instance,
            Handler::Partner(_) => Surface::Partner,
        }
    }

    /// The path as documentation writes it.
    pub fn template(&self) -> String {
        let (name, tail) = self.path.split_once('/').unwrap_or((self.path, ""));
        let slash = if tail.is_empty() { "" } else { "/" };
        match self.surface() {
            Surface::Instance => {
                format!("/waInstance{{idInstance}}/{name}/{{apiTokenInstance}}{slash}{tail}")
            }
            Surface::Partner => format!("/partner/{name}/{{partnerToken}}{slash}{tail}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn names_are_found_in_any_case_and_only_on_their_own_surface() {
        for name in ["getstateinstancehistory", "GetStateInstanceHistory"] {
            assert_eq!(find(Surface::Instance, name).unwrap().name(), "getStateInstanceHistory");
        }
        assert!(find(Surface::Instance, "createInstance").is_none());
        assert!(find(Surface::Partner, "qr").is_none());
        assert!(find(Surface::Instance, "deleteNotification/{receiptId}").is_none());
    }

    #[test]
    fn every_row_is_reached_by_its_own_name() {
        for method in METHODS {
            let found = find(method.surface(), method.name()).unwrap();
            assert!(std::ptr::eq(found, method), "{} is there twice", method.name());
            assert!(method.per_second > 0, "{} could never be called", method.name());
        }
    }

    /// The reference's order, without what is not served yet.
    #[test]
    fn methods_stand_in_the_order_of_the_reference() {
        let names = |section: Section| -> Vec<&str> {
            let of_section = METHODS.iter().filter(|method| method.section == section);
            of_section.map(Method::name).collect()
        };
        let sending = [
            "sendMessage",
            "sendPoll",
            "sendFileByUpload",
            "sendFileByUrl",
            "uploadFile",
            "sendLocation",
            "sendContact",
            "forwardMessages",
            "sendInteractiveButtons",
            "sendInteractiveButtonsReply",
            "sendButtons",
            "sendTemplateButtons",
            "sendListMessage",
            "sendLink",
        ];
        assert_eq!(names(Section::Sending), sending);
        let receiving = ["receiveNotification", "deleteNotification", "downloadFile"];
        assert_eq!(names(Section::Receiving), receiving);
        let journals = [
            "getChatHistory",
            "getMessage",
            "lastIncomingMessages",
            "lastOutgoingMessages",
            "lastIncomingCalls",
            "lastOutgoingCalls",
        ];
        assert_eq!(names(Section::Journals), journals);
        let queues = [
            "showMessagesQueue",
            "getMessagesCount",
            "clearMessagesQueue",
            "getWebhooksCount",
            "clearWebhooksQueue",
        ];
        assert_eq!(names(Section::Queues), queues);
        assert_eq!(names(Section::ReadMark), ["readChat"]);
        assert_eq!(names(Section::Service), ["deleteMessage", "editMessage", "sendTyping"]);
    }
}
