use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use siskin_model::InstanceId;

/// How many pages can be live at once for one session, or for the token of one instance.
const MAX_OF_ONE: usize = 32;
/// How many can be for the tokens of all instances. Sessions are few and have places of their
/// own: whoever has a token cannot take the console's.
const MAX_OF_TOKENS: usize = 2048;

/// Who a live page is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Viewer {
    /// Whoever has the token of the instance.
    Token(InstanceId),
    /// Whoever has the cookie.
    Session(String),
}

/// The live pages.
#[derive(Default, Clone)]
pub(crate) struct Streams(Arc<Mutex<Live>>);

#[derive(Default)]
struct Live {
    by_viewer: HashMap<Viewer, usize>,
    of_tokens: usize,
}

/// The place of one live page, given back when dropped.
pub(crate) struct StreamPlace {
    streams: Streams,
    viewer: Viewer,
}

impl Streams {
    /// A place for one more live page; `None`: there are too many.
    pub fn enter(&self, viewer: Viewer) -> Option<StreamPlace> {
        let mut live = self.0.lock();
        let by_token = matches!(viewer, Viewer::Token(_));
        let of_one = live.by_viewer.get(&viewer).copied().unwrap_or_default();
        if of_one >= MAX_OF_ONE || (by_token && live.of_tokens >= MAX_OF_TOKENS) {
            return None;
        }
        live.of_tokens += usize::from(by_token);
        live.by_viewer.insert(viewer.clone(), of_one + 1);
        Some(StreamPlace { streams: self.clone(), viewer })
    }
}

impl Drop for StreamPlace {
    fn drop(&mut self) {
        let mut live = self.streams.0.lock();
        live.of_tokens -= usize::from(matches!(self.viewer, Viewer::Token(_)));
        if let Some(count) = live.by_viewer.get_mut(&self.viewer) {
            *count -= 1;
            if *count == 0 {
                live.by_viewer.remove(&self.viewer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_token_has_its_share_and_all_of_them_leave_the_sessions_theirs() {
        let streams = Streams::default();
        let mut held = Vec::new();
        for id in 0..=(MAX_OF_TOKENS / MAX_OF_ONE) as u64 {
            let id = InstanceId::new(id);
            held.extend((0..100).map_while(|_| streams.enter(Viewer::Token(id))));
        }
        assert_eq!(held.len(), MAX_OF_TOKENS);
        let admin = || streams.enter(Viewer::Session("admin".to_owned()));
        let sessions: Vec<StreamPlace> = (0..100).map_while(|_| admin()).collect();
        assert_eq!(sessions.len(), MAX_OF_ONE);
        drop((held, sessions));
        assert!(streams.0.lock().by_viewer.is_empty() && streams.0.lock().of_tokens == 0);
    }
}
