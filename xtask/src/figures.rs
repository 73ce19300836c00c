//! How the house is built, in figures: how long files and functions are, which modules import
//! each other in circles, and which types have their methods in many files.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, ImplItem, ItemImpl, ItemMod, Signature, Type};

use crate::project::Project;
use crate::source::{File, Tree, is_test, modules};
use crate::tidy::circles;

/// From how many files on a type is told of.
const MANY_FILES: usize = 4;

/// Prints the figures of what is shipped; test code is not counted.
///
/// # Errors
/// When the tree cannot be read, or holds a file that is no Rust.
pub fn print(project: &Project) -> anyhow::Result<bool> {
    let tree = Tree::read(project.root())?;
    let mut measured = Measured::default();
    for file in tree.product() {
        measured.add(file)?;
    }
    println!("files: {}", spread(&mut measured.files));
    println!("functions: {}", spread(&mut measured.functions));
    for (name, modules) in modules(&tree)? {
        let arrows = circles::arrows(&modules);
        let circle = circles::circle(&arrows);
        if !circle.is_empty() {
            let (round, all) = (circle.len(), arrows.len());
            println!("{name}: {round} of {all} modules in circles: {}", circle.join(", "));
        }
    }
    for ((name, of), (methods, files)) in measured.types {
        if files.len() >= MANY_FILES {
            println!("{name}::{of}: {methods} methods in {} files", files.len());
        }
    }
    Ok(true)
}

#[derive(Default)]
struct Measured {
    /// Lines of each file.
    files: Vec<usize>,
    /// Lines of each function.
    functions: Vec<usize>,
    /// Of each type of a crate: its methods, and the files that they are in.
    types: BTreeMap<(String, String), (usize, BTreeSet<String>)>,
}

impl Measured {
    fn add(&mut self, file: &File) -> anyhow::Result<()> {
        self.files.push(file.tests_begin() - 1);
        let mut reader = Reader::default();
        reader.visit_file(&syn::parse_file(&file.text)?);
        self.functions.extend(reader.functions);
        for (of, methods) in reader.methods {
            let entry = self.types.entry((file.crate_name().to_owned(), of)).or_default();
            entry.0 += methods;
            entry.1.insert(file.path.clone());
        }
        Ok(())
    }
}

#[derive(Default)]
struct Reader {
    functions: Vec<usize>,
    methods: BTreeMap<String, usize>,
}

impl Reader {
    fn function(&mut self, signature: &Signature, block: &Block) {
        let (begin, end) = (signature.span().start(), block.span().end());
        self.functions.push(end.line + 1 - begin.line);
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if item.trait_.is_none()
            && let Type::Path(path) = &*item.self_ty
            && let Some(name) = path.path.segments.last()
        {
            let methods = item.items.iter().filter(|item| matches!(item, ImplItem::Fn(_)));
            *self.methods.entry(name.ident.to_string()).or_default() += methods.count();
        }
        visit::visit_item_impl(self, item);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }
}

/// The middle and the ends of some numbers of lines.
fn spread(lines: &mut [usize]) -> String {
    lines.sort_unstable();
    let percentile = |percent: usize| {
        let rank = (lines.len() * percent).div_ceil(100);
        lines.get(rank.saturating_sub(1)).copied().unwrap_or(0)
    };
    format!(
        "{}; median {} lines, p90 {}, p99 {}, max {}",
        lines.len(),
        percentile(50),
        percentile(90),
        percentile(99),
        percentile(100)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_values() {
        let mut values: Vec<usize> = (1..=10).rev().collect();
        assert_eq!(spread(&mut values), "10; median 5 lines, p90 9, p99 10, max 10");
    }

    #[test]
    fn methods_and_functions_are_counted_and_tests_are_not() {
        let text = "struct A;\nimpl A {\n    fn a() {\n    }\n}\nfn b() {}\n\
                    impl Clone for A {\n    fn clone(&self) -> A { A }\n}\n\
                    #[cfg(test)]\nmod tests {\n    fn c() {}\n}\n";
        let file = File { path: "crates/api/src/a.rs".into(), text: text.into() };
        let mut measured = Measured::default();
        measured.add(&file).unwrap();
        assert_eq!((measured.files, measured.functions), (vec![9], vec![2, 1, 1]));
        let (methods, files) = &measured.types[&("api".to_owned(), "A".to_owned())];
        assert_eq!((*methods, files.len()), (1, 1));
    }
}
