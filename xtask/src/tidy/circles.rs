//! Modules that import each other in a circle cannot be read one after the other.

use std::collections::{BTreeMap, BTreeSet};

use super::Problem;
use crate::source::{Module, Tree, modules};

/// The arrows between the modules of one folder.
type Arrows = BTreeMap<String, BTreeSet<String>>;

/// Checks the modules at the root of every crate.
pub fn check(tree: &Tree) -> anyhow::Result<Vec<Problem>> {
    let problem = |(name, modules): (&String, &Vec<Module>)| {
        let circle = circle(&arrows(modules));
        let message = format!("a circle of imports: {}", circle.join(", "));
        (!circle.is_empty()).then(|| Problem::new(&format!("crates/{name}/src"), 0, message))
    };
    Ok(modules(tree)?.iter().filter_map(problem).collect())
}

/// What the modules at the root of a crate name of each other.
pub fn arrows(modules: &[Module]) -> Arrows {
    let mut arrows = Arrows::new();
    for module in modules {
        let Some(from) = module.path.first() else { continue };
        let to = module.names.iter().filter_map(|path| path.first()).filter(|to| *to != from);
        arrows.entry(from.clone()).or_default().extend(to.cloned());
    }
    arrows
}

/// The modules that lead back to themselves.
pub fn circle(arrows: &Arrows) -> Vec<String> {
    arrows.keys().filter(|name| reached(arrows, name).contains(*name)).cloned().collect()
}

fn reached<'a>(arrows: &'a Arrows, from: &str) -> BTreeSet<&'a String> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&String> = arrows.get(from).into_iter().flatten().collect();
    while let Some(name) = next.pop() {
        if reached.insert(name) {
            next.extend(arrows.get(name).into_iter().flatten());
        }
    }
    reached
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_is_found_and_what_leads_to_it_is_not() {
        let arrows = |list: &[(&str, &[&str])]| -> Arrows {
            let names = |to: &[&str]| to.iter().map(|name| (*name).to_owned()).collect();
            list.iter().map(|(from, to)| ((*from).to_owned(), names(to))).collect()
        };
        let chain = arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &[])]);
        assert!(circle(&chain).is_empty());
        let round = arrows(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]);
        assert_eq!(circle(&round), ["b", "c"]);
    }
}
