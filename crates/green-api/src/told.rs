//! Which settings a notification needs (specification, section 5.3).

use siskin_model::message::{Content, Direction};
use siskin_model::{CallRecord, MessageStatus};

use crate::Settings;
use crate::kind::kind_of;

impl Settings {
    /// Whether a message of that direction and kind is told.
    pub fn tell_message(&self, direction: Direction, content: &Content) -> bool {
        let direction = match direction {
            Direction::Incoming => self.incoming_webhook,
            Direction::Phone => self.outgoing_message_webhook,
            Direction::Api => self.outgoing_api_message_webhook,
        };
        direction.is_yes() && kind_of(content).is_wanted(self)
    }

    /// Whether the status of an outgoing message is told.
    pub fn tell_status(&self, status: MessageStatus) -> bool {
        self.outgoing_webhook.is_yes() || status.is_always_told()
    }

    /// Whether a call is told.
    pub fn tell_call(&self, call: &CallRecord) -> bool {
        if call.is_incoming {
            self.incoming_webhook.is_yes() && self.incoming_call_webhook.is_yes()
        } else {
            self.outgoing_call_webhook.is_yes()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::YesNo::{No, Yes};
    use siskin_model::MessageId;
    use siskin_model::message::{Deleted, Edited, Poll, Text};

    fn all_on() -> Settings {
        Settings {
            incoming_webhook: Yes,
            outgoing_webhook: Yes,
            outgoing_message_webhook: Yes,
            outgoing_api_message_webhook: Yes,
            poll_message_webhook: Yes,
            edited_message_webhook: Yes,
            deleted_message_webhook: Yes,
            ..Settings::default()
        }
    }

    fn text() -> Content {
        Content::Text(Text { text: "x".to_owned(), is_template: false })
    }

    #[test]
    fn each_direction_has_a_flag_of_its_own() {
        let tells = |settings: &Settings| {
            [Direction::Incoming, Direction::Phone, Direction::Api]
                .map(|direction| settings.tell_message(direction, &text()))
        };
        assert_eq!(tells(&Settings { incoming_webhook: No, ..all_on() }), [false, true, true]);
        let settings = Settings { outgoing_message_webhook: No, ..all_on() };
        assert_eq!(tells(&settings), [true, false, true]);
        let settings = Settings { outgoing_api_message_webhook: No, ..all_on() };
        assert_eq!(tells(&settings), [true, true, false]);
    }

    #[test]
    fn polls_edits_and_deletions_need_their_flag_too() {
        let target = MessageId::from_text("3EB0ABCDEF0123456789");
        let poll = Poll { name: String::new(), options: vec![], multiple_answers: false };
        let edited = Edited { target: target.clone(), text: String::new(), is_caption: false };
        for (content, without) in [
            (Content::Poll(poll), Settings { poll_message_webhook: No, ..all_on() }),
            (Content::Edited(edited), Settings { edited_message_webhook: No, ..all_on() }),
            (
                Content::Deleted(Deleted { target }),
                Settings { deleted_message_webhook: No, ..all_on() },
            ),
        ] {
            assert!(all_on().tell_message(Direction::Incoming, &content));
            assert!(!without.tell_message(Direction::Incoming, &content));
            assert!(without.tell_message(Direction::Incoming, &text()));
        }
    }

    #[test]
    fn failures_are_told_always() {
        let silent = Settings::default();
        assert!(silent.tell_status(MessageStatus::Failed));
        assert!(silent.tell_status(MessageStatus::NoAccount));
        assert!(!silent.tell_status(MessageStatus::Delivered));
    }
}
