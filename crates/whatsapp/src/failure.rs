//! What the engine's errors mean for a message.

use std::error::Error;

use siskin_fleet::port::SendError;
use siskin_model::ChatId;
use whatsapp_rust::ErrorChainExt;

/// Codes by which WhatsApp says that the account has no place in a group, or that there is
/// none.
const NOT_IN_GROUP: [u16; 4] = [401, 403, 404, 420];
/// The code for a person who is not there.
const NOT_FOUND: u16 = 404;
/// From here on the server has a problem of its own; so it has when it is asked too often.
const SERVER_ERRORS: u16 = 500;
const TOO_OFTEN: u16 = 429;

/// Why something that concerns a chat was not done.
pub(crate) fn of(error: &(dyn Error + 'static), chat: &ChatId) -> SendError {
    if error.is_transport_unavailable() || is_logged_out(error) {
        return SendError::Offline;
    }
    if error.is_timeout() {
        return SendError::Busy("it does not answer".to_owned());
    }
    let Some(rejection) = error.server_rejection() else {
        return SendError::Impossible(error.to_string());
    };
    match rejection.code {
        code if chat.is_group() && NOT_IN_GROUP.contains(&code) => SendError::NotInGroup,
        NOT_FOUND => SendError::NoAccount,
        code if code >= SERVER_ERRORS || code == TOO_OFTEN => {
            SendError::Busy(format!("it is busy ({code})"))
        }
        code => SendError::Impossible(format!("WhatsApp refused it ({code})")),
    }
}

/// The same, of an error that says nothing about its kind but through its causes.
pub(crate) fn of_any(error: &anyhow::Error, chat: &ChatId) -> SendError {
    let cause: &(dyn Error + 'static) = error.as_ref();
    of(cause, chat)
}

/// Between two connections the engine knows its account and is not logged in.
fn is_logged_out(error: &(dyn Error + 'static)) -> bool {
    ErrorChainExt::sources(error).any(|cause| {
        matches!(
            cause.downcast_ref::<whatsapp_rust::SendError>(),
            Some(whatsapp_rust::SendError::NotLoggedIn)
        ) || matches!(
            cause.downcast_ref::<whatsapp_rust::ClientError>(),
            Some(
                whatsapp_rust::ClientError::NotLoggedIn | whatsapp_rust::ClientError::NotConnected
            )
        )
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use whatsapp_rust::IqError;

    fn refused(code: u16) -> IqError {
        IqError::ServerError { code, text: String::new(), error_type: None, backoff: None }
    }

    #[test]
    fn the_same_code_means_another_thing_for_a_group() {
        let group = ChatId::parse("120363000000000001@g.us").unwrap();
        let person = ChatId::parse("15550100002@c.us").unwrap();
        assert_eq!(of(&refused(404), &group), SendError::NotInGroup);
        assert_eq!(of(&refused(403), &group), SendError::NotInGroup);
        assert_eq!(of(&refused(404), &person), SendError::NoAccount);
        assert!(matches!(of(&refused(400), &person), SendError::Impossible(_)));
    }

    #[test]
    fn what_may_help_later_is_tried_later() {
        let person = ChatId::parse("15550100002@c.us").unwrap();
        for error in [refused(503), refused(429), IqError::Timeout] {
            assert!(matches!(of(&error, &person), SendError::Busy(_)), "{error}");
        }
        assert_eq!(of(&IqError::NotConnected, &person), SendError::Offline);
        let nested = anyhow::Error::new(whatsapp_rust::SendError::NotLoggedIn);
        assert_eq!(of_any(&nested.context("sending"), &person), SendError::Offline);
    }
}
