//! What every store must do, as checks that run against any of them.
//!
//! A store's crate calls [`conformance!`](crate::conformance) in a test: one test for each
//! check. The checks need nothing but an empty store.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod calls;
pub mod contents;
pub mod deletion;
pub mod files;
pub mod health;
pub mod instances;
pub mod journal;
pub mod message_samples;
pub mod notifications;
pub mod outbox;
pub mod people;
pub mod samples;
pub mod secrets;
pub mod timers;
pub mod waiting;

/// Makes a test of every check.
///
/// `$open` is an expression that gives a future of a fresh, empty store and a guard that
/// lives as long as the test, such as the folder that the store is in.
#[macro_export]
macro_rules! conformance {
    ($open:expr) => {
        $crate::conformance! { $open;
            instances: an_instance_comes_back_as_it_was_created,
            instances: numbers_count_up_from_the_first_and_are_never_given_twice,
            instances: settings_token_and_account_are_replaced,
            instances: a_state_is_recorded_with_its_notification,
            instances: a_state_without_a_notification_leaves_the_log_alone,
            instances: history_is_newest_first_and_bounded,
            instances: history_is_each_instances_own,
            instances: of_the_history_only_the_newest_part_is_kept,
            deletion: deleting_leaves_nothing_and_can_be_repeated,
            deletion: deleting_takes_all_that_was_kept,
            deletion: deleting_leaves_the_others_alone,
            deletion: a_deleted_instance_is_remembered,
            deletion: deleted_instances_are_forgotten_in_time,
            deletion: whatever_comes_for_a_deleted_instance_is_ignored,
            deletion: whatever_is_recorded_for_a_deleted_instance_is_ignored,
            notifications: receipts_count_up_by_one_per_instance,
            notifications: a_receipt_is_never_given_twice,
            notifications: the_oldest_stays_until_it_is_removed,
            notifications: order_is_that_of_appending_not_of_time,
            notifications: several_are_read_and_removed_at_once,
            notifications: the_newest_are_seen_without_being_taken,
            notifications: a_body_comes_back_unchanged,
            notifications: retention_ends_just_before_the_boundary,
            notifications: expiry_removes_only_what_is_older_in_every_instance,
            notifications: clearing_empties_one_log,
            notifications: pending_names_the_instances_with_a_log,
            notifications: appends_at_the_same_time_are_all_kept,
            journal: a_message_comes_back_as_it_was_recorded,
            journal: an_entry_is_recorded_with_all_that_belongs_to_it,
            journal: a_message_that_comes_again_changes_nothing,
            journal: ids_are_unique_for_one_writer_in_one_chat,
            journal: a_readable_message_replaces_the_unreadable_one,
            journal: what_was_done_to_an_unreadable_message_stays,
            journal: a_message_changes_an_earlier_one,
            journal: nobody_edits_what_somebody_else_wrote,
            journal: a_chat_is_listed_newest_first,
            journal: the_latest_messages_are_listed_by_direction,
            journal: a_listing_is_read_page_by_page,
            journal: messages_are_unread_until_they_are_marked,
            journal: a_message_removed_from_the_own_devices_is_marked,
            outbox: the_queue_is_first_in_first_out,
            outbox: a_queue_is_each_instances_own,
            outbox: a_place_is_never_given_twice,
            outbox: a_message_that_leaves_is_recorded,
            outbox: a_message_may_leave_without_a_form,
            outbox: a_message_that_was_cleared_does_not_leave,
            outbox: a_message_is_given_up_before_it_leaves,
            outbox: clearing_and_expiry_spare_what_leaves,
            outbox: a_message_gets_further,
            outbox: a_message_does_not_fall_back,
            outbox: only_outgoing_messages_get_further,
            outbox: messages_queued_at_the_same_time_are_all_kept,
            waiting: a_message_is_shown_from_the_moment_it_is_accepted,
            waiting: what_leaves_the_queue_is_not_shown_as_waiting,
            waiting: only_what_has_not_begun_to_leave_is_withdrawn,
            health: a_probe_changes_nothing,
            files: a_file_comes_back_as_it_was_added,
            files: a_file_is_found_by_its_message,
            files: files_are_pending_until_their_state_is_known,
            files: files_expire_in_every_instance,
            people: names_are_learned,
            people: a_contacts_name_is_replaced,
            people: a_person_has_two_addresses,
            people: names_of_both_addresses_are_joined,
            people: a_person_may_change_the_number,
            people: what_was_under_the_lid_is_under_the_number,
            people: a_late_message_is_moved_as_well,
            people: a_message_under_both_addresses_is_kept_once,
            people: a_number_may_lead_to_another_ones_account,
            people: what_led_to_a_lid_leads_to_its_number,
            people: a_number_that_has_an_account_again_leads_nowhere_else,
            timers: the_timer_that_was_set_last_stays,
            timers: a_timer_under_the_lid_is_the_numbers,
            calls: a_call_is_recorded_until_it_ends,
            calls: only_the_status_of_a_call_changes,
            calls: calls_are_listed_newest_first,
            secrets: a_secret_is_taken_once,
        }
    };
    ($open:expr; $($module:ident: $check:ident,)*) => {
        $(
            #[tokio::test]
            async fn $check() {
                let (store, _guard) = $open.await;
                $crate::conformance::$module::$check(&store).await;
            }
        )*
    };
}

#[cfg(test)]
mod tests {
    crate::conformance!(async { (crate::MemoryStore::default(), ()) });
}
