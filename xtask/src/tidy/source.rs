//! A Rust file, as far as the rules need to understand it.

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Expr, ExprCall, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn};

use super::Problem;
use super::tree::File;

/// What the rules ask about a Rust file.
pub struct Source {
    /// Path from the root of the tree.
    pub path: String,
    /// The folder under `crates/`, or `xtask`.
    pub crate_name: String,
    /// Lines of the file.
    pub lines: usize,
    /// Whether the whole file is test code.
    pub is_test: bool,
    /// Whether a part of the file is test code.
    pub has_tests: bool,
    /// Identifiers of the code, not of comments and strings.
    pub names: Vec<Name>,
    /// Functions and methods that have a body.
    pub functions: Vec<Function>,
    /// Calls of a function that is called `sleep`.
    pub sleeps: Vec<Sleep>,
    /// Lines of `#[ignore]`.
    pub ignored: Vec<usize>,
}

/// An identifier, and the one behind the `::` that follows it.
pub struct Name {
    pub name: String,
    pub next: Option<String>,
    pub line: usize,
    pub in_test: bool,
}

/// A function: where it begins and how many lines it has.
pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
    pub in_test: bool,
}

/// A sleep, and the function it is in.
pub struct Sleep {
    pub line: usize,
    pub function: String,
    pub in_test: bool,
    /// Whether the function's clock is tokio's paused one, on which nothing really sleeps.
    pub paused: bool,
    /// Whether a comment right above gives the reason.
    pub excused: bool,
}

/// How the comment begins that gives the reason for a sleep in a test.
pub const EXCUSE: &str = "// Sleeps";

/// Parses every Rust file; the second half is those that cannot be.
pub fn parse(files: &[File]) -> (Vec<Source>, Vec<Problem>) {
    let mut sources = Vec::new();
    let mut problems = Vec::new();
    for file in files.iter().filter(|file| file.extension() == "rs") {
        match parse_one(&file.path, &file.text) {
            Ok(source) => sources.push(source),
            Err(error) => {
                let line = error.span().start().line;
                problems.push(Problem::new(&file.path, line, format!("cannot be parsed: {error}")));
            }
        }
    }
    (sources, problems)
}

/// Parses one file. `path` decides which crate it belongs to and whether it is test code.
pub fn parse_one(path: &str, text: &str) -> syn::Result<Source> {
    let tokens: TokenStream = text
        .parse()
        .map_err(|error: proc_macro2::LexError| syn::Error::new(error.span(), error))?;
    let mut reader = Reader { in_test: is_test_path(path), ..Reader::default() };
    reader.visit_file(&syn::parse2(tokens.clone())?);
    for sleep in &mut reader.sleeps {
        let above = sleep.line.checked_sub(2).and_then(|above| text.lines().nth(above));
        sleep.excused = above.is_some_and(|above| above.trim_start().starts_with(EXCUSE));
    }
    let mut names = Vec::new();
    collect_names(tokens, &mut names);
    for name in &mut names {
        // An example is built with what tests are built with.
        name.in_test = is_test_path(path)
            || path.contains("/examples/")
            || reader.test_lines.iter().any(|range| range.contains(&name.line));
    }
    Ok(Source {
        path: path.to_owned(),
        crate_name: crate_name(path).to_owned(),
        lines: text.lines().count(),
        is_test: is_test_path(path),
        has_tests: is_test_path(path) || !reader.test_lines.is_empty(),
        names,
        functions: reader.functions,
        sleeps: reader.sleeps,
        ignored: reader.ignored,
    })
}

fn crate_name(path: &str) -> &str {
    let path = path.strip_prefix("crates/").unwrap_or(path);
    path.split('/').next().unwrap_or(path)
}

/// Folders and files that hold nothing but test code, and the crate made for it.
fn is_test_path(path: &str) -> bool {
    let path = path.strip_suffix(".rs").unwrap_or(path);
    path.starts_with("crates/testkit/")
        || path.ends_with("_tests")
        || path.split('/').any(|part| {
            matches!(part, "tests" | "benches" | "fuzz" | "testing" | "test" | "conformance")
        })
}

fn collect_names(tokens: TokenStream, names: &mut Vec<Name>) {
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => {
                let line = ident.span().start().line;
                let name = ident.to_string();
                if colons == 2
                    && let Some(before) = names.last_mut()
                {
                    before.next = Some(name.clone());
                }
                names.push(Name { name, next: None, line, in_test: false });
                colons = 0;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
            TokenTree::Group(group) => {
                collect_names(group.stream(), names);
                colons = 0;
            }
            _ => colons = 0,
        }
    }
}

#[derive(Default)]
struct Reader {
    functions: Vec<Function>,
    sleeps: Vec<Sleep>,
    ignored: Vec<usize>,
    test_lines: Vec<std::ops::RangeInclusive<usize>>,
    in_test: bool,
    /// Name of the function that is being read, and whether its clock is paused.
    inside: (String, bool),
}

impl Reader {
    fn function(&mut self, attributes: &[Attribute], signature: &Signature, block: &Block) {
        self.ignored.extend(
            attributes
                .iter()
                .filter(|attribute| attribute.path().is_ident("ignore"))
                .map(|attribute| attribute.span().start().line),
        );
        let is_test = attributes.iter().any(is_test_attribute);
        let first = signature.span().start().line;
        let last = block.span().end().line;
        if is_test {
            self.test_lines.push(first..=last);
        }
        let outer = (self.in_test, self.inside.clone());
        self.in_test |= is_test;
        let name = signature.ident.to_string();
        self.functions.push(Function {
            name: name.clone(),
            line: first,
            lines: last - first + 1,
            in_test: self.in_test,
        });
        self.inside = (name, attributes.iter().any(|a| mentions(a, "start_paused")));
        visit::visit_block(self, block);
        (self.in_test, self.inside) = outer;
    }
}

impl Visit<'_> for Reader {
    fn visit_item_fn(&mut self, item: &ItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &ImplItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, &item.sig, block);
        }
    }

    fn visit_item_mod(&mut self, item: &ItemMod) {
        let outer = self.in_test;
        if item.attrs.iter().any(|a| a.path().is_ident("cfg") && mentions(a, "test")) {
            self.in_test = true;
            if item.content.is_some() {
                self.test_lines.push(item.span().start().line..=item.span().end().line);
            }
        }
        visit::visit_item_mod(self, item);
        self.in_test = outer;
    }

    fn visit_expr_call(&mut self, call: &ExprCall) {
        let sleeps = matches!(&*call.func, Expr::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "sleep"));
        if sleeps {
            self.sleeps.push(Sleep {
                line: call.span().start().line,
                function: self.inside.0.clone(),
                in_test: self.in_test,
                paused: self.inside.1,
                excused: false,
            });
        }
        visit::visit_expr_call(self, call);
    }
}

/// `#[test]`, `#[tokio::test]` and their like.
fn is_test_attribute(attribute: &Attribute) -> bool {
    attribute.path().segments.last().is_some_and(|last| last.ident == "test")
}

/// Whether the attribute's arguments hold an identifier.
fn mentions(attribute: &Attribute, word: &str) -> bool {
    fn any(tokens: TokenStream, word: &str) -> bool {
        tokens.into_iter().any(|token| match token {
            TokenTree::Ident(ident) => ident == word,
            TokenTree::Group(group) => any(group.stream(), word),
            _ => false,
        })
    }
    match &attribute.meta {
        syn::Meta::List(list) => any(list.tokens.clone(), word),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "\
use axum::Router;
/// sqlx is only in a comment
fn outer() {
    let text = \"sqlx\";
}
#[cfg(test)]
mod tests {
    use sqlx::Pool;
    #[tokio::test(start_paused = true)]
    #[ignore]
    async fn waits() {
        tokio::time::sleep(SECOND).await;
    }
}
";

    #[test]
    fn names_are_those_of_the_code() {
        let source = parse_one("crates/api/src/lib.rs", FILE).unwrap();
        assert_eq!(source.crate_name, "api");
        let first = source.names.iter().find(|name| name.name == "axum").unwrap();
        assert_eq!((first.line, first.in_test, first.next.as_deref()), (1, false, Some("Router")));
        let used: Vec<_> = source.names.iter().filter(|name| name.name == "sqlx").collect();
        assert_eq!(used.len(), 1);
        assert!(used[0].in_test);
    }

    #[test]
    fn functions_sleeps_and_ignored_tests_are_found() {
        let source = parse_one("crates/api/src/lib.rs", FILE).unwrap();
        let functions: Vec<_> =
            source.functions.iter().map(|f| (f.name.as_str(), f.lines, f.in_test)).collect();
        assert_eq!(functions, [("outer", 3, false), ("waits", 3, true)]);
        let [sleep] = &source.sleeps[..] else { panic!("one sleep") };
        assert_eq!((sleep.line, sleep.function.as_str(), sleep.paused), (12, "waits", true));
        assert!(sleep.in_test);
        assert_eq!(source.ignored, [10]);
        assert!(source.has_tests && !source.is_test);
    }

    #[test]
    fn a_file_that_is_no_rust_is_a_problem_with_its_line() {
        let file = File { path: "xtask/src/a.rs".into(), text: "fn a() {}\nfn b( {}\n".into() };
        let (sources, problems) = parse(&[file]);
        assert!(sources.is_empty());
        assert_eq!(problems[0].file, "xtask/src/a.rs");
    }
}
