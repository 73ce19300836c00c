//! How many tests passed and failed, read from what a test runner printed.

use std::ops::AddAssign;

use regex::Regex;

/// Counts of tests or checks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that held.
    pub passed: u64,
    /// Tests that did not.
    pub failed: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl Tally {
    /// One check.
    pub fn one(ok: bool) -> Self {
        Self { passed: u64::from(ok), failed: u64::from(!ok) }
    }

    /// What the runner counted. A runner that failed without counting a failure (it did not
    /// compile, it crashed, nothing ran) has failed once.
    pub fn of_runner(output: &[String], ok: bool) -> Self {
        let mut tally = read(output).unwrap_or_else(|| Self::one(ok));
        if !ok && tally.failed == 0 {
            tally.failed = 1;
        }
        tally
    }
}

/// The first format that fits: nextest, `cargo test`, `node --test`, Python's unittest, and
/// `N passed, N failed` of the scripts in compat/.
fn read(output: &[String]) -> Option<Tally> {
    let text = output.join("\n");
    nextest(&text)
        .or_else(|| cargo_test(&text))
        .or_else(|| node(&text))
        .or_else(|| unittest(&text))
        .or_else(|| script(&text))
}

fn nextest(text: &str) -> Option<Tally> {
    let line = last(text, r"Summary \[.*\d+ tests? run: (.*)")?;
    let count = |word: &str| number(&line, &format!(r"(\d+) {word}"));
    Some(Tally {
        passed: count("passed").unwrap_or(0),
        failed: count("failed").unwrap_or(0)
            + count("timed out").unwrap_or(0)
            + count("exec failed").unwrap_or(0),
    })
}

fn cargo_test(text: &str) -> Option<Tally> {
    let pattern = Regex::new(r"test result: \w+\. (\d+) passed; (\d+) failed").ok()?;
    let mut sum = None;
    for found in pattern.captures_iter(text) {
        let total = sum.get_or_insert_with(Tally::default);
        *total += Tally { passed: found[1].parse().ok()?, failed: found[2].parse().ok()? };
    }
    sum
}

fn node(text: &str) -> Option<Tally> {
    Some(Tally {
        passed: number(text, r"(?m)^\S+ pass (\d+)$")?,
        failed: number(text, r"(?m)^\S+ fail (\d+)$")?,
    })
}

fn unittest(text: &str) -> Option<Tally> {
    let ran = number(text, r"(?m)^Ran (\d+) tests? in ")?;
    let failed =
        number(text, r"failures=(\d+)").unwrap_or(0) + number(text, r"errors=(\d+)").unwrap_or(0);
    Some(Tally { passed: ran.saturating_sub(failed), failed })
}

fn script(text: &str) -> Option<Tally> {
    let line = last(text, r"(?m)^(\d+ passed, \d+ failed)$")?;
    Some(Tally { passed: number(&line, r"(\d+) passed")?, failed: number(&line, r"(\d+) failed")? })
}

fn last(text: &str, pattern: &str) -> Option<String> {
    let found = Regex::new(pattern).ok()?.captures_iter(text).last()?;
    Some(found[1].to_owned())
}

fn number(text: &str, pattern: &str) -> Option<u64> {
    last(text, pattern)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(text: &str, ok: bool) -> (u64, u64) {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let Tally { passed, failed } = Tally::of_runner(&lines, ok);
        (passed, failed)
    }

    #[test]
    fn every_runner_is_understood() {
        let nextest = "     Summary [  2.1s] 9 tests run: 6 passed (1 slow), 2 failed, 1 timed out";
        assert_eq!(tally(nextest, false), (6, 3));
        let one = "     Summary [   0.010s] 1 test run: 1 passed, 12 skipped";
        assert_eq!(tally(one, true), (1, 0));
        let cargo =
            "test result: ok. 7 passed; 0 failed; 0\ntest result: FAILED. 1 passed; 2 failed;";
        assert_eq!(tally(cargo, false), (8, 2));
        assert_eq!(tally("ℹ tests 5\nℹ pass 4\nℹ fail 1\nℹ skipped 0", false), (4, 1));
        assert_eq!(tally("# tests 5\n# pass 5\n# fail 0", true), (5, 0));
        let unittest = "Ran 5 tests in 0.2s\n\nFAILED (failures=1, errors=2)";
        assert_eq!(tally(unittest, false), (2, 3));
        assert_eq!(tally("Ran 5 tests in 0.2s\n\nOK", true), (5, 0));
        assert_eq!(tally("ok   links\n12 passed, 0 failed", true), (12, 0));
    }

    #[test]
    fn a_runner_that_counted_nothing_is_one_check() {
        assert_eq!(tally("nothing to see", true), (1, 0));
        assert_eq!(tally("could not compile", false), (0, 1));
    }

    #[test]
    fn a_runner_that_crashed_after_its_tests_has_failed() {
        assert_eq!(tally("3 passed, 0 failed", false), (3, 1));
    }
}
