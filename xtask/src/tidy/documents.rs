//! Documents that name a file name one that is there.

use regex::Regex;

use super::Problem;
use crate::source::{File, Tree};

/// What is made when something runs, and so is in no tree.
const MADE: [&str; 3] = ["target/", "fuzz/target", "fuzz/artifacts"];

/// Checks the paths between backticks, and where links lead.
pub fn check(tree: &Tree) -> anyhow::Result<Vec<Problem>> {
    let quoted = Regex::new(r"`([\w.-]+(?:/[\w.-]+)*(?:/|\.rs))`")?;
    let linked = Regex::new(r"\]\(([\w./-]+)(?:#[\w-]*)?\)")?;
    let mut problems = Vec::new();
    for file in tree.files.iter().filter(|file| file.extension() == "md") {
        for (number, line) in file.lines() {
            let named = quoted.captures_iter(line).chain(linked.captures_iter(line));
            let named = named.filter_map(|found| Some(found.get(1)?.as_str()));
            let gone = named.filter(|named| !is_made(named) && !exists(tree, file, named));
            problems.extend(gone.map(|named| {
                let message = format!("names `{named}`, which is not there");
                Problem::new(&file.path, number, message)
            }));
        }
    }
    Ok(problems)
}

fn is_made(named: &str) -> bool {
    MADE.iter().any(|made| named.starts_with(made))
}

/// Whether a path is there: from the root, from the document, or from the sources of a crate, as
/// in `fleet/task/linked.rs`; a name alone stands for a file of that name.
fn exists(tree: &Tree, document: &File, named: &str) -> bool {
    let named = named.trim_end_matches('/').trim_start_matches("./");
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (of_crate, inside) = named.split_once('/').unwrap_or((named, ""));
    let places = [
        named.to_owned(),
        normal(&format!("{folder}/{named}")),
        format!("crates/{named}"),
        format!("crates/{of_crate}/src/{inside}"),
    ];
    let mut paths = tree.files.iter().map(|file| &file.path).chain(&tree.binaries);
    paths.any(|path| {
        let is = |place: &String| path == place || path.starts_with(&format!("{place}/"));
        places.iter().any(is) || path.ends_with(&format!("/{named}"))
    })
}

/// A path without `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match part {
            ".." => _ = parts.pop(),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str) -> usize {
        let file = |path: &str, text: &str| File { path: path.into(), text: text.into() };
        let files = vec![
            file("docs/a.md", text),
            file("crates/fleet/src/task/linked.rs", ""),
            file("README.md", ""),
        ];
        check(&Tree { files, binaries: Vec::new() }).unwrap().len()
    }

    #[test]
    fn a_file_is_named_as_it_is_found_from_the_root_a_crate_or_the_document() {
        let right = "`fleet/task/linked.rs`, `fleet/task/`, `linked.rs`, `crates/fleet/`, \
                     [a](../README.md#start), `GET /a/b`, `text/plain`, `target/xtask/`";
        assert_eq!(problems(right), 0);
        assert_eq!(problems("`fleet/task/gone.rs` and `fleet/gone/` and [b](gone.md)"), 3);
    }
}
