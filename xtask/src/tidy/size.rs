//! House size: files and functions that one can take in at once.

use super::Problem;
use super::source::Source;
use super::text::is_generated;
use super::tree::File;

/// Lines of a file of code.
const MAX_FILE_LINES: usize = 500;
/// Lines of a file that holds tests, or nothing else.
const MAX_FILE_LINES_WITH_TESTS: usize = 700;
/// Lines of a function.
const MAX_FUNCTION_LINES: usize = 70;
/// What nine functions of ten should keep to. Printed, not enforced.
const WANTED_P90_LINES: usize = 45;

const CODE: [&str; 9] = ["rs", "mjs", "js", "ts", "py", "css", "html", "java", "sh"];

/// Checks the caps.
pub fn check(files: &[File], sources: &[Source]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| CODE.contains(&file.extension())) {
        let source = sources.iter().find(|source| source.path == file.path);
        let has_tests = source.map_or(file.path.contains(".test."), |source| source.has_tests);
        let cap = if has_tests { MAX_FILE_LINES_WITH_TESTS } else { MAX_FILE_LINES };
        let lines = file.text.lines().count();
        if lines > cap && !is_generated(&file.path) {
            let message = format!("{lines} lines; split it by what its parts are for (cap {cap})");
            problems.push(Problem::new(&file.path, 0, message));
        }
    }
    for source in sources {
        for function in source.functions.iter().filter(|f| f.lines > MAX_FUNCTION_LINES) {
            let message = format!(
                "`{}` has {} lines; give its steps names (cap {MAX_FUNCTION_LINES})",
                function.name, function.lines
            );
            problems.push(Problem::new(&source.path, function.line, message));
        }
    }
    problems
}

/// Prints the size of the house, product code only.
pub fn print(sources: &[Source]) {
    let files: Vec<usize> = sources.iter().filter(|s| !s.is_test).map(|s| s.lines).collect();
    let functions: Vec<usize> = sources
        .iter()
        .flat_map(|source| &source.functions)
        .filter(|function| !function.in_test)
        .map(|function| function.lines)
        .collect();
    println!(
        "     {} files, median {} lines, p90 {}; {} functions, median {}, p90 {} (want <= {})",
        files.len(),
        percentile(&files, 50),
        percentile(&files, 90),
        functions.len(),
        percentile(&functions, 50),
        percentile(&functions, 90),
        WANTED_P90_LINES,
    );
}

/// The nearest-rank percentile; 0 of nothing.
fn percentile(values: &[usize], percent: usize) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::source::parse_one;

    fn problems(path: &str, text: &str) -> Vec<Problem> {
        let file = File { path: path.into(), text: text.into() };
        check(&[file], &[parse_one(path, text).unwrap()])
    }

    #[test]
    fn a_long_file_is_a_problem_unless_tests_make_it_long() {
        let long = "//\n".repeat(501);
        assert_eq!(problems("crates/api/src/a.rs", &long).len(), 1);
        let tests = "#[cfg(test)]\nmod tests {\n}\n";
        assert!(problems("crates/api/src/a.rs", &format!("{long}{tests}")).is_empty());
        assert!(problems("crates/api/tests/a.rs", &long).is_empty());
        assert_eq!(problems("crates/api/tests/a.rs", &"//\n".repeat(701)).len(), 1);
    }

    #[test]
    fn a_long_function_is_a_problem_at_its_first_line() {
        let function =
            |lines: usize| format!("\nfn a() {{\n{}}}\n", "    b();\n".repeat(lines - 2));
        assert!(problems("crates/api/src/a.rs", &function(70)).is_empty());
        let found = problems("crates/api/src/a.rs", &function(71));
        assert_eq!((found.len(), found[0].line), (1, 2));
    }

    #[test]
    fn percentiles_are_of_the_values() {
        let values: Vec<usize> = (1..=10).rev().collect();
        assert_eq!((percentile(&values, 50), percentile(&values, 90)), (5, 9));
        assert_eq!(percentile(&[], 90), 0);
    }
}
