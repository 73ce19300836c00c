//! Line width, ends of files, notes to oneself.

use super::Problem;
use super::tree::File;

/// Columns of a line of Rust; rustfmt leaves comments and strings alone.
const MAX_COLUMNS: usize = 100;

/// Checks the shape of every text file.
pub fn check(files: &[File]) -> Vec<Problem> {
    files.iter().filter(|file| !is_generated(&file.path)).flat_map(check_file).collect()
}

/// Files that a tool writes, in its own shape. What fuzzing starts from is bytes, although
/// some of it looks like text.
pub fn is_generated(path: &str) -> bool {
    let endings = ["-lock.json", ".lock", ".snap"];
    path.starts_with("fuzz/seeds/") || endings.iter().any(|ending| path.ends_with(ending))
}

fn check_file(file: &File) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        problems.push(Problem::new(&file.path, last, "end the file with a newline"));
    }
    for (line, text) in file.lines() {
        let columns = text.chars().count();
        if file.extension() == "rs" && columns > MAX_COLUMNS {
            let message = format!("{columns} columns; break the line before {MAX_COLUMNS}");
            problems.push(Problem::new(&file.path, line, message));
        }
        // In Markdown two spaces at the end are a line break.
        if text.ends_with([' ', '\t']) && file.extension() != "md" {
            problems.push(Problem::new(&file.path, line, "remove the blanks at the line's end"));
        }
        if is_note_to_oneself(text) {
            problems.push(Problem::new(&file.path, line, "finish it now, or take the note out"));
        }
    }
    problems
}

fn is_note_to_oneself(line: &str) -> bool {
    // Put together here, so that this line is not one.
    [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X:"), concat!("todo", "!(")]
        .iter()
        .any(|note| line.contains(note))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(path: &str, text: &str) -> Vec<usize> {
        let file = File { path: path.into(), text: text.into() };
        check(&[file]).into_iter().map(|problem| problem.line).collect()
    }

    #[test]
    fn a_tidy_file_has_no_problem() {
        assert!(problems("a.rs", "fn main() {}\n").is_empty());
        assert!(problems("empty", "").is_empty());
    }

    #[test]
    fn shape_is_checked_line_by_line() {
        let long = format!("// {}\n", "é".repeat(98));
        assert_eq!(problems("a.rs", &format!("//\n{long}")), [2]);
        assert!(problems("a.md", &long).is_empty(), "only Rust has a width");
        assert_eq!(problems("a.rs", "fn a() {} \n"), [1]);
        assert!(problems("a.md", "one  \ntwo\n").is_empty());
        assert_eq!(problems("a.toml", "a = 1"), [1]);
        assert_eq!(problems("a.rs", concat!("// ", "FIX", "ME later\n")), [1]);
        assert!(problems("package-lock.json", "{}").is_empty());
        assert!(problems("fuzz/seeds/json_body/empty", " ").is_empty());
    }
}
