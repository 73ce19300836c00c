//! Parts of a page that change while it is open.

use askama::Template;
use serde::Serialize;

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

impl Region {
    pub fn new(name: impl Into<String>, key: impl Into<String>, content: &impl Template) -> Self {
        Self { name: name.into(), key: key.into(), html: render(content) }
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
