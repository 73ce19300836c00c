//! House size: files that one can take in at once. Functions are clippy's.

use super::Problem;
use crate::source::{File, Tree};

/// Lines of a file of code.
const MAX_FILE_LINES: usize = 500;
/// Lines of a file that holds tests, or nothing else.
const MAX_FILE_LINES_WITH_TESTS: usize = 700;
/// Columns of a line of Rust; rustfmt leaves comments and strings alone.
const MAX_COLUMNS: usize = 100;

const CODE: [&str; 9] = ["rs", "mjs", "js", "ts", "py", "css", "html", "java", "sh"];

/// Checks the caps.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let code = |file: &&File| CODE.contains(&file.extension()) && !file.is_generated();
    tree.files.iter().filter(code).flat_map(check_file).collect()
}

fn check_file(file: &File) -> Vec<Problem> {
    let lines = file.text.lines().count();
    let has_tests = file.tests_begin() <= lines;
    let cap = if has_tests { MAX_FILE_LINES_WITH_TESTS } else { MAX_FILE_LINES };
    let mut problems = Vec::new();
    if lines > cap {
        let message = format!("{lines} lines; split it by what its parts are for (cap {cap})");
        problems.push(Problem::new(&file.path, 0, message));
    }
    let wide = |(_, line): &(usize, &str)| line.chars().count() > MAX_COLUMNS;
    for (line, _) in file.lines().filter(|line| file.extension() == "rs" && wide(line)) {
        let message = format!("break the line before column {MAX_COLUMNS}");
        problems.push(Problem::new(&file.path, line, message));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> usize {
        check_file(&File { path: path.into(), text: text.into() }).len()
    }

    #[test]
    fn a_long_file_is_a_problem_unless_tests_make_it_long() {
        let long = "//\n".repeat(501);
        assert_eq!(problems("crates/api/src/a.rs", &long), 1);
        assert_eq!(
            problems("crates/api/src/a.rs", &format!("{long}#[cfg(test)]\nmod tests {{\n}}\n")),
            0
        );
        assert_eq!(problems("crates/api/tests/a.rs", &long), 0);
        assert_eq!(problems("crates/api/tests/a.rs", &"//\n".repeat(701)), 1);
    }

    #[test]
    fn only_rust_has_a_width() {
        let wide = format!("// {}\n", "é".repeat(98));
        assert_eq!((problems("a.rs", &wide), problems("a.js", &wide)), (1, 0));
    }
}
