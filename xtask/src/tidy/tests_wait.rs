//! Tests wait for what they test, and none is left out.

use super::Problem;
use super::source::{EXCUSE, Sleep, Source};

/// How the helpers are called that poll with a deadline.
const POLLING: [&str; 5] = ["eventually", "poll", "until", "wait", "within"];

/// The crate of the polling helpers, and of servers that are slow on purpose.
const DOUBLES: &str = "testkit";

/// Checks the tests of every file.
pub fn check(sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for source in sources.iter().filter(|source| source.crate_name != DOUBLES) {
        problems.extend(source.sleeps.iter().filter(|sleep| is_fixed(sleep)).map(|sleep| {
            let message = format!(
                "`{}` sleeps: wait for the event, or poll with a deadline in a helper that is \
                 called {}…; if time itself is tested, say so right above: `{EXCUSE} …`",
                sleep.function,
                POLLING.join("…, ")
            );
            Problem::new(&source.path, sleep.line, message)
        }));
        problems.extend(source.ignored.iter().map(|&line| {
            let message = "a test that does not run proves nothing: make it run, or remove it";
            Problem::new(&source.path, line, message)
        }));
    }
    problems
}

fn is_fixed(sleep: &Sleep) -> bool {
    let free = sleep.paused || sleep.excused;
    sleep.in_test && !free && !POLLING.iter().any(|name| sleep.function.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::parse_one;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let source = parse_one(path, text).unwrap();
        check(&[source]).into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn a_test_may_not_sleep_but_a_polling_helper_may() {
        let test = "#[test]\nfn links() {\n    tokio::time::sleep(SECOND);\n}\n";
        assert_eq!(lines("crates/api/src/a.rs", test), [3]);
        let helper = "fn eventually() {\n    sleep(SECOND);\n}\n";
        assert!(lines("crates/api/tests/a.rs", helper).is_empty());
        let product = "fn retry() {\n    tokio::time::sleep(SECOND);\n}\n";
        assert!(lines("crates/api/src/a.rs", product).is_empty());
        assert_eq!(lines("crates/api/tests/a.rs", product), [2]);
    }

    #[test]
    fn time_that_stands_still_may_be_slept_through() {
        let test =
            "#[tokio::test(start_paused = true)]\nasync fn a() {\n    sleep(DAY).await;\n}\n";
        assert!(lines("crates/api/src/a.rs", test).is_empty());
    }

    #[test]
    fn a_sleep_with_a_reason_is_fine() {
        let test =
            "fn a() {\n    // Sleeps as a client does between two polls.\n    sleep(DAY);\n}\n";
        assert!(lines("crates/api/tests/a.rs", test).is_empty());
    }

    #[test]
    fn no_test_is_left_out() {
        let test = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        assert_eq!(lines("crates/api/src/a.rs", test), [2]);
    }
}
