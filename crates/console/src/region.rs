//! Parts of a page that change while it is open.

use askama::Template;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// A part of a page, rendered. The page names it with `data-region`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Region {
    /// Which part.
    pub name: String,
    /// Changes when what the part shows does: a page that shows this already leaves it alone,
    /// so that nobody loses what they are typing.
    pub key: String,
    /// Its content.
    pub html: String,
}

/// A list of which a page is sent only what is new. The page names it with `data-list`; its
/// children are `li`.
#[derive(Debug, Clone)]
pub(crate) struct List {
    /// Which list.
    pub name: &'static str,
    /// All that it holds, in order.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// Tells it apart from the others of the list.
    pub id: String,
    /// Changes when what it shows does.
    pub key: String,
    /// What stands in its `li`.
    pub html: String,
}

/// What a page is told of a list.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ListUpdate {
    list: &'static str,
    items: Vec<ItemUpdate>,
}

#[derive(Debug, Clone, Serialize)]
struct ItemUpdate {
    id: String,
    key: String,
    /// `None`: the page has it.
    html: Option<String>,
}

impl Region {
    pub fn new(name: impl Into<String>, key: impl Into<String>, content: &impl Template) -> Self {
        Self { name: name.into(), key: key.into(), html: render(content) }
    }

    /// A region whose whole text decides whether it has changed.
    pub fn of(name: impl Into<String>, content: &impl Template) -> Self {
        let html = render(content);
        Self { name: name.into(), key: key_of(&html), html }
    }
}

impl Item {
    pub fn new(id: impl Into<String>, content: &impl Template) -> Self {
        let html = render(content);
        Self { id: id.into(), key: key_of(&html), html }
    }
}

impl List {
    /// What a page has to be told that has `known` already.
    pub fn update(&self, known: &[(String, String)]) -> ListUpdate {
        let has = |item: &Item| known.iter().any(|(id, key)| *id == item.id && *key == item.key);
        let items = self.items.iter().map(|item| ItemUpdate {
            id: item.id.clone(),
            key: item.key.clone(),
            html: (!has(item)).then(|| item.html.clone()),
        });
        ListUpdate { list: self.name, items: items.collect() }
    }

    /// What a page has once it was told.
    pub fn keys(&self) -> Vec<(String, String)> {
        self.items.iter().map(|item| (item.id.clone(), item.key.clone())).collect()
    }
}

/// Renders a template. It can only fail where a value in it refuses to be written, and then
/// the place stays empty.
pub(crate) fn render(template: &impl Template) -> String {
    template.render().unwrap_or_else(|error| {
        tracing::error!(%error, "a part of a page could not be rendered");
        String::new()
    })
}

/// A short key for content whose whole text decides whether it has changed.
fn key_of(html: &str) -> String {
    let hash = Sha256::digest(html);
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_sent_only_what_it_does_not_have() {
        let item = |id: &str, key: &str| Item {
            id: id.to_owned(),
            key: key.to_owned(),
            html: format!("<p>{key}</p>"),
        };
        let before = List { name: "messages", items: vec![item("a", "1"), item("b", "1")] };
        let after = List { name: "messages", items: vec![item("a", "1"), item("b", "2")] };
        let update = after.update(&before.keys());
        let html: Vec<_> = update.items.iter().map(|item| item.html.as_deref()).collect();
        assert_eq!(html, [None, Some("<p>2</p>")]);
    }
}
