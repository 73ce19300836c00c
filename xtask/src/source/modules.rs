//! The modules of a crate, and what each names of the others.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use syn::visit::{self, Visit};
use syn::{Attribute, ItemMod, ItemUse, UseTree};

use super::Tree;

/// The steps of a path from the root of a crate; empty: the root itself.
type Path = Vec<String>;

/// A module that is a file of its own.
pub struct Module {
    /// Its place in the crate.
    pub path: Path,
    /// Other modules of the crate that it names in product code.
    pub names: BTreeSet<Path>,
}

/// The modules of every crate of the product, by the folder of the crate.
///
/// # Errors
/// When a file is no Rust.
pub fn modules(tree: &Tree) -> anyhow::Result<BTreeMap<String, Vec<Module>>> {
    let mut crates: BTreeMap<String, Vec<(Path, Reader)>> = BTreeMap::new();
    for file in tree.product() {
        let path = place(&file.path);
        let syntax = syn::parse_file(&file.text)
            .with_context(|| format!("{} cannot be parsed", file.path))?;
        let mut reader = Reader { place: path.clone(), ..Reader::default() };
        reader.visit_file(&syntax);
        crates.entry(file.crate_name().to_owned()).or_default().push((path, reader));
    }
    Ok(crates.into_iter().map(|(name, files)| (name, resolve(&files))).collect())
}

/// Where in its crate a file is: `crates/api/src/account/qr.rs` is `account::qr`.
fn place(file: &str) -> Path {
    let inside = file.split_once("/src/").map_or(file, |(_, inside)| inside);
    let stem = inside.strip_suffix(".rs").unwrap_or(inside);
    let mut path: Path = stem.split('/').map(ToOwned::to_owned).collect();
    if path.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
        path.pop();
    }
    path
}

fn resolve(files: &[(Path, Reader)]) -> Vec<Module> {
    let known: BTreeSet<&Path> = files.iter().map(|(path, _)| path).collect();
    let imports: BTreeMap<&Path, &BTreeMap<String, Path>> =
        files.iter().map(|(path, reader)| (path, &reader.imports)).collect();
    let module = |(path, reader): &(Path, Reader)| {
        let names = reader.paths.iter().filter_map(|named| home(named, &known, &imports, 0));
        let names = names.filter(|other| other != path).collect();
        Module { path: path.clone(), names }
    };
    files.iter().map(module).collect()
}

/// The module that what is named stands in; a name that a module only passes on is looked for
/// where it comes from.
fn home(
    named: &[String],
    known: &BTreeSet<&Path>,
    imports: &BTreeMap<&Path, &BTreeMap<String, Path>>,
    depth: usize,
) -> Option<Path> {
    let length =
        (0..=named.len()).rev().find(|&length| known.contains(&named[..length].to_vec()))?;
    let module = named[..length].to_vec();
    let passed_on = named.get(length).and_then(|name| imports.get(&module)?.get(name));
    match passed_on {
        // Bounded, since a name may be given to different things in two modules.
        Some(from) if depth < 8 && from.as_slice() != named => {
            home(from, known, imports, depth + 1)
        }
        _ => Some(module),
    }
}

/// Collects what a file names of its own crate, test code aside.
#[derive(Default)]
struct Reader {
    place: Path,
    paths: Vec<Path>,
    /// Names that the file gives to what is elsewhere in the crate.
    imports: BTreeMap<String, Path>,
}

impl Reader {
    /// A path of the code, from the root of the crate. `None`: it leads elsewhere.
    fn absolute(&self, segments: &[String]) -> Option<Path> {
        let first = segments.first()?;
        let ups = segments.iter().take_while(|segment| *segment == "super").count();
        let base = match first.as_str() {
            "crate" => Vec::new(),
            "self" => self.place.clone(),
            "super" => self.place[..self.place.len().checked_sub(ups)?].to_vec(),
            _ => return None,
        };
        Some([base, segments[ups.max(1)..].to_vec()].concat())
    }

    fn import(&mut self, tree: &UseTree, before: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                before.push(path.ident.to_string());
                self.import(&path.tree, before);
                before.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, before);
                }
            }
            UseTree::Name(name) => self.bind(before, &name.ident.to_string(), None),
            UseTree::Rename(name) => {
                let renamed = name.rename.to_string();
                self.bind(before, &name.ident.to_string(), Some(renamed));
            }
            UseTree::Glob(_) => self.paths.extend(self.absolute(before)),
        }
    }

    fn bind(&mut self, before: &[String], name: &str, renamed: Option<String>) {
        let mut segments = before.to_vec();
        if name != "self" {
            segments.push(name.to_owned());
        }
        // `use child::Name` in the file of its parent.
        let keyword =
            segments.first().is_some_and(|it| matches!(&**it, "crate" | "self" | "super"));
        let path = match keyword {
            true => self.absolute(&segments),
            false => Some([self.place.clone(), segments.clone()].concat()),
        };
        let (Some(path), Some(last)) = (path, segments.last()) else { return };
        if keyword {
            self.paths.push(path.clone());
        }
        self.imports.insert(renamed.unwrap_or_else(|| last.clone()), path);
    }
}

/// Whether an item is compiled for tests alone.
pub fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|ident| ident == "test")
    })
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !is_test(&item.attrs) {
            self.import(&item.tree, &mut Vec::new());
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|it| it.ident.to_string()).collect();
        self.paths.extend(self.absolute(&segments));
        visit::visit_path(self, path);
    }
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn names_of(path: &str, files: &[(&str, &str)]) -> Vec<String> {
        let file_of = |(path, text): &(&str, &str)| File {
            path: format!("crates/api/src/{path}"),
            text: (*text).to_owned(),
        };
        let tree = Tree { files: files.iter().map(file_of).collect(), binaries: Vec::new() };
        let all = modules(&tree).unwrap().remove("api").unwrap();
        let module = all.into_iter().find(|module| module.path.join("::") == path).unwrap();
        module.names.iter().map(|path| path.join("::")).collect()
    }

    #[test]
    fn a_module_names_others_by_imports_and_paths() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; pub use c::Third;"),
            ("a.rs", "use crate::b::{One, Two as Other}; fn f() { super::c::call() }"),
            ("b.rs", "use crate::Third; #[cfg(test)] mod tests { use crate::a::A; }"),
            ("c/mod.rs", "use std::fmt; mod d; mod e; use e::Fourth; pub struct Third;"),
            ("c/d.rs", "use super::super::a::A; use super::Fourth;"),
            ("c/e.rs", "pub struct Fourth;"),
        ];
        assert_eq!(names_of("a", &files), ["b", "c"]);
        assert_eq!(names_of("b", &files), ["c"], "where the name comes from, tests aside");
        assert_eq!(names_of("c::d", &files), ["a", "c::e"], "passed on by its parent");
    }
}
