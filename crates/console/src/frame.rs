use std::sync::Arc;

use crate::assets;
use crate::language::Language;
use crate::texts::Texts;

/// What every page has around its content.
pub(crate) struct Frame {
    /// The texts in the reader's language.
    pub t: Texts,
    /// The title of the page.
    pub title: String,
    /// Its path, for the links that change the language.
    pub path: Arc<str>,
    /// Whether the network is the simulated one.
    pub sandbox: bool,
    /// The token that goes with every form of somebody who is signed in to the console.
    pub csrf: Option<String>,
}

// Called by the templates.
impl Frame {
    pub fn assets(&self) -> &'static str {
        assets::folder()
    }

    pub fn languages(&self) -> [Language; 6] {
        Language::ALL
    }

    pub fn at_list(&self) -> bool {
        &*self.path == "/console"
    }
}
