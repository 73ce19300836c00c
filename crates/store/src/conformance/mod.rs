//! What every store must do, as checks that run against any of them.
//!
//! A store's crate calls [`conformance!`](crate::conformance) in a test: one test for each
//! check. The checks need nothing but an empty store.

#![cfg(any(test, feature = "testing"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

pub mod deletion;
pub mod instances;
pub mod message_samples;
pub mod notifications;
pub mod samples;
pub mod secrets;

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
            deletion: deleting_leaves_the_others_alone,
            deletion: whatever_comes_for_a_deleted_instance_is_ignored,
            notifications: receipts_count_up_by_one_per_instance,
            notifications: a_receipt_is_never_given_twice,
            notifications: the_oldest_stays_until_it_is_removed,
            notifications: order_is_that_of_appending_not_of_time,
            notifications: a_body_comes_back_unchanged,
            notifications: retention_ends_just_before_the_boundary,
            notifications: expiry_removes_only_what_is_older_in_every_instance,
            notifications: clearing_empties_one_log,
            notifications: pending_names_the_instances_with_a_log,
            notifications: appends_at_the_same_time_are_all_kept,
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
