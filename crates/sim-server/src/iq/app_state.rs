//! App state sync: patches out, patches in, and word of it to the other devices.

use wacore_binary::Node;
use wacore_binary::builder::NodeBuilder;

use super::IqError;
use crate::account::{AppState, PatchRefused};
use crate::devices::announce_app_state;
use crate::node::{NodeExt as _, leaf};
use crate::session::LinkedSession;

/// Answers for each collection that the device names: what it lacks, or what became of
/// its own patch.
pub(super) async fn sync(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let sync = iq.get_optional_child("sync").ok_or(IqError::BAD_REQUEST)?;
    let mut account = session.cell.lock().await;
    let mut answers = Vec::new();
    let mut changed = Vec::new();
    for collection in sync.nodes() {
        let name = collection.text("name").into_owned();
        let base = collection.number("version").unwrap_or(0);
        let state = &mut account.app_state;
        answers.push(match collection.get_optional_child("patch") {
            None => patches(state, &name, base),
            Some(patch) => match state.append(&name, base, patch.content()) {
                Ok(version) => {
                    changed.push((name.clone(), version));
                    answer(&name, version).build()
                }
                Err(refused) => refusal(state, &name, base, refused),
            },
        });
    }
    if !changed.is_empty() {
        session.cell.mark_changed();
    }
    let answer = NodeBuilder::new("sync").children(answers).build();
    session.reply(iq, vec![answer]);
    if !changed.is_empty() {
        announce_app_state(&session.cell, &mut account, session.device, &changed);
    }
    Ok(())
}

fn answer(name: &str, version: u64) -> NodeBuilder {
    NodeBuilder::new("collection").attr("name", name).attr("version", version.to_string())
}

fn patches(state: &AppState, name: &str, base: u64) -> Node {
    let (patches, more) = state.patches_after(name, base);
    let mut collection = answer(name, state.version(name));
    if more {
        collection = collection.attr("has_more_patches", "true");
    }
    if patches.is_empty() {
        return collection.build();
    }
    let patches = patches.into_iter().map(|patch| leaf("patch", patch));
    let patches = NodeBuilder::new("patches").children(patches).build();
    collection.children([patches]).build()
}

fn refusal(state: &AppState, name: &str, base: u64, refused: PatchRefused) -> Node {
    let (code, text) = match refused {
        PatchRefused::Conflict => ("409", "conflict"),
        PatchRefused::Invalid => ("400", "bad-request"),
    };
    let error = NodeBuilder::new("error").attr("code", code).attr("text", text).build();
    let mut children = vec![error];
    if refused == PatchRefused::Conflict {
        let (missing, _) = state.patches_after(name, base);
        let missing = missing.into_iter().map(|patch| leaf("patch", patch));
        children.push(NodeBuilder::new("patches").children(missing).build());
    }
    answer(name, state.version(name)).attr("type", "error").children(children).build()
}
