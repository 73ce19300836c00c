use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use siskin_model::{Token, UnixMillis};

/// How many people can be signed in at once; the session that ends first makes room.
const MAX_SESSIONS: usize = 64;
/// How long somebody stays signed in.
const LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Who is signed in to the console. Kept in memory: a restart signs everybody out.
#[derive(Default)]
pub(crate) struct Sessions {
    // By the hash of the cookie, so that looking one up tells nothing by its timing.
    table: Mutex<HashMap<[u8; 32], Session>>,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Session {
    /// What every form of theirs carries, and no other site can know.
    pub csrf: Token,
    expires: UnixMillis,
}

impl Sessions {
    /// Starts a session and returns the value of its cookie.
    pub fn open(&self, now: UnixMillis) -> Token {
        let cookie = Token::from_random(rand::random());
        let csrf = Token::from_random(rand::random());
        let mut table = self.table.lock();
        if table.len() >= MAX_SESSIONS {
            let first = table.iter().min_by_key(|(_, session)| session.expires);
            if let Some(key) = first.map(|(key, _)| *key) {
                table.remove(&key);
            }
        }
        table.insert(key(cookie.expose()), Session { csrf, expires: now.plus(LIFETIME) });
        cookie
    }

    /// The session of a cookie, if it is still valid.
    pub fn find(&self, cookie: &str, now: UnixMillis) -> Option<Session> {
        let mut table = self.table.lock();
        let key = key(cookie);
        let session = table.get(&key)?;
        if session.expires > now {
            return Some(session.clone());
        }
        table.remove(&key);
        None
    }

    /// Ends a session.
    pub fn close(&self, cookie: &str) {
        self.table.lock().remove(&key(cookie));
    }
}

fn key(cookie: &str) -> [u8; 32] {
    Sha256::digest(cookie).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_000_000);

    #[test]
    fn a_session_lasts_until_it_is_closed_or_expires() {
        let sessions = Sessions::default();
        let first = sessions.open(NOW);
        let second = sessions.open(NOW);
        assert!(sessions.find(first.expose(), NOW).is_some());
        sessions.close(first.expose());
        assert!(sessions.find(first.expose(), NOW).is_none());
        assert!(sessions.find(second.expose(), NOW).is_some());
        assert!(sessions.find(second.expose(), NOW.plus(LIFETIME)).is_none());
        assert!(sessions.find("", NOW).is_none());
    }

    #[test]
    fn the_table_is_bounded_and_the_oldest_goes_first() {
        let sessions = Sessions::default();
        let oldest = sessions.open(NOW);
        for _ in 0..MAX_SESSIONS {
            sessions.open(NOW.plus(Duration::from_secs(1)));
        }
        assert_eq!(sessions.table.lock().len(), MAX_SESSIONS);
        assert!(sessions.find(oldest.expose(), NOW).is_none());
    }
}
