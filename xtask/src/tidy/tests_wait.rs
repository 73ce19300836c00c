//! Tests wait for what they test, and none is left out.

use super::Problem;
use crate::source::{File, Tree};

/// How the comment begins that gives the reason for a sleep in a test.
const EXCUSE: &str = "// Sleeps";
/// How the helpers are called that poll with a deadline.
const POLLING: [&str; 5] = ["eventually", "poll", "until", "wait", "within"];
/// The crate of the polling helpers, and of servers that are slow on purpose; and this file.
const FREE: [&str; 2] = ["crates/testkit/", "xtask/src/tidy/"];

/// Checks the tests of every file.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let free = |file: &&File| {
        !FREE.iter().any(|free| file.path.starts_with(free)) && !file.path.contains("/examples/")
    };
    tree.rust().filter(free).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    // On a clock that stands still nothing really sleeps.
    let paused = file.text.contains("start_paused = true");
    let (mut function, mut above) = ("", "");
    for (number, line) in file.lines() {
        let code = line.trim_start();
        function = name_of_function(code).unwrap_or(function);
        let polls = POLLING.iter().any(|name| function.starts_with(name));
        let in_test = number >= file.tests_begin();
        if sleeps(code) && in_test && !paused && !polls && !above.starts_with(EXCUSE) {
            let message = format!(
                "wait for the event, or poll with a deadline in a helper that is called {}…; if \
                 time itself is tested, say so right above: `{EXCUSE} …`",
                POLLING.join("…, ")
            );
            problems.push(Problem::new(&file.path, number, message));
        }
        if code.starts_with("#[ignore") {
            let message = "a test that does not run proves nothing: make it run, or remove it";
            problems.push(Problem::new(&file.path, number, message));
        }
        above = code;
    }
    problems
}

fn sleeps(code: &str) -> bool {
    let before = code.split_once("sleep(").map(|(before, _)| before);
    before.is_some_and(|before| !before.ends_with(|end: char| end.is_alphanumeric() || end == '_'))
}

fn name_of_function(code: &str) -> Option<&str> {
    let (before, name) = code.split_once("fn ")?;
    let declares = before.is_empty() || before.ends_with(' ');
    declares.then(|| name.split(['(', '<']).next().unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let found = check_file(&File { path: path.into(), text: text.into() });
        found.into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn a_test_may_not_sleep_but_a_polling_helper_may() {
        let test = "#[cfg(test)]\nmod tests {\n    tokio::time::sleep(SECOND);\n}\n";
        assert_eq!(lines("crates/api/src/a.rs", test), [3]);
        let helper = "pub async fn eventually() {\n    sleep(SECOND);\n}\n";
        assert!(lines("crates/api/tests/a.rs", helper).is_empty());
        let product = "fn retry() {\n    tokio::time::sleep(SECOND);\n}\n";
        assert!(lines("crates/api/src/a.rs", product).is_empty());
        assert_eq!(lines("crates/api/tests/a.rs", product), [2]);
    }

    #[test]
    fn time_that_stands_still_may_be_slept_through_and_so_may_what_has_a_reason() {
        let paused =
            "#[tokio::test(start_paused = true)]\nasync fn a() {\n    sleep(DAY).await;\n}";
        assert!(lines("crates/api/tests/a.rs", paused).is_empty());
        let excused = "fn a() {\n    // Sleeps as a client does.\n    sleep(DAY);\n}\n";
        assert!(lines("crates/api/tests/a.rs", excused).is_empty());
    }

    #[test]
    fn no_test_is_left_out() {
        let test = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        assert_eq!(lines("crates/api/src/a.rs", test), [2]);
    }
}
