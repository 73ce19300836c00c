use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::pace::SLOWEST;
use crate::client_address::{Proxies, network_of};

/// For how long a client may keep a request waiting before its connection can be given up for
/// a new one.
const STALL: Duration = Duration::from_secs(1);

/// The connections that there can be, in all and from one address that is no proxy's. When
/// they are taken, the connection that has waited for its client for longest makes way: so
/// connections that say nothing keep nobody out.
pub(crate) struct Places {
    most: usize,
    most_of_one: usize,
    proxies: Proxies,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    next: u64,
    connections: HashMap<u64, Connection>,
    of_strangers: HashMap<IpAddr, usize>,
}

struct Connection {
    /// Whose it is; a proxy's are counted in all only.
    stranger: Option<IpAddr>,
    presence: Arc<Presence>,
}

/// The place of one connection, given back when dropped.
pub(super) struct Place {
    places: Arc<Places>,
    number: u64,
    presence: Arc<Presence>,
}

/// Whether a connection works for its client or waits for it.
pub(super) struct Presence {
    state: Mutex<State>,
    away: CancellationToken,
}

enum State {
    /// No request is under way.
    Idle(Instant),
    Serving,
    /// A request is, and its client keeps it waiting.
    Stalled(Instant),
}

impl Places {
    /// `most` connections, a quarter of them for one address that is none of the proxies'.
    pub(crate) fn new(most: usize, proxies: Proxies) -> Arc<Self> {
        let most_of_one = most.div_ceil(4);
        Arc::new(Self { most, most_of_one, proxies, taken: Mutex::default() })
    }

    /// A place for a connection from this address; `None`: all are taken by connections that
    /// are being served.
    pub(super) fn take(self: &Arc<Self>, from: IpAddr) -> Option<Place> {
        let stranger = (!self.proxies.contains(from)).then(|| network_of(from));
        let mut taken = self.taken.lock();
        let of_one = stranger.and_then(|one| taken.of_strangers.get(&one)).copied();
        let is_free = if of_one.is_some_and(|count| count >= self.most_of_one) {
            taken.make_way(|connection| connection.stranger == stranger)
        } else {
            taken.connections.len() < self.most || taken.make_way(|_| true)
        };
        if !is_free {
            metrics::counter!("siskin_http_connections_refused_total").increment(1);
            return None;
        }
        let (number, presence) = (taken.next, Arc::new(Presence::new()));
        taken.next += 1;
        taken.connections.insert(number, Connection { stranger, presence: presence.clone() });
        if let Some(stranger) = stranger {
            *taken.of_strangers.entry(stranger).or_default() += 1;
        }
        taken.tell();
        Some(Place { places: self.clone(), number, presence })
    }
}

impl Taken {
    /// Sends away the connection that has waited for longest; whether there was one.
    fn make_way(&mut self, may_go: impl Fn(&Connection) -> bool) -> bool {
        let waiting = self.connections.iter().filter(|(_, connection)| may_go(connection));
        let longest = waiting
            .filter_map(|(number, connection)| Some((connection.presence.waits_since()?, *number)))
            .min();
        let Some((_, number)) = longest else { return false };
        if let Some(connection) = self.remove(number) {
            connection.presence.away.cancel();
        }
        metrics::counter!("siskin_http_connections_made_way_total").increment(1);
        true
    }

    fn remove(&mut self, number: u64) -> Option<Connection> {
        let connection = self.connections.remove(&number)?;
        if let Some(stranger) = connection.stranger
            && let Some(count) = self.of_strangers.get_mut(&stranger)
        {
            *count -= 1;
            if *count == 0 {
                self.of_strangers.remove(&stranger);
            }
        }
        Some(connection)
    }

    fn tell(&self) {
        metrics::gauge!("siskin_http_connections").set(self.connections.len() as f64);
    }
}

impl Place {
    pub(super) fn presence(&self) -> &Arc<Presence> {
        &self.presence
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock();
        taken.remove(self.number);
        taken.tell();
    }
}

impl Presence {
    fn new() -> Self {
        let state = Mutex::new(State::Idle(Instant::now()));
        Self { state, away: CancellationToken::new() }
    }

    /// A request is under way.
    pub(super) fn serves(&self) {
        *self.state.lock() = State::Serving;
    }

    /// The request has its answer.
    pub(super) fn idles(&self) {
        *self.state.lock() = State::Idle(Instant::now());
    }

    /// The client keeps its request waiting.
    pub(super) fn stalls(&self) {
        let mut state = self.state.lock();
        if matches!(*state, State::Serving) {
            *state = State::Stalled(Instant::now());
        }
    }

    /// So many bytes of the request have come: what they win back of the wait is forgotten. A
    /// byte now and then does not make up for it.
    pub(super) fn goes_on(&self, bytes: usize) {
        let mut state = self.state.lock();
        if let State::Stalled(since) = *state {
            let since = since + Duration::from_secs(bytes as u64) / SLOWEST;
            let is_made_up = since >= Instant::now();
            *state = if is_made_up { State::Serving } else { State::Stalled(since) };
        }
    }

    /// The client waits for us again, if it had kept its request waiting.
    pub(super) fn is_served(&self) {
        let mut state = self.state.lock();
        if matches!(*state, State::Stalled(_)) {
            *state = State::Serving;
        }
    }

    /// Waits until the connection has to make way for another.
    pub(super) async fn sent_away(&self) {
        self.away.cancelled().await;
    }

    fn waits_since(&self) -> Option<Instant> {
        match *self.state.lock() {
            State::Idle(since) => Some(since),
            State::Stalled(since) if since.elapsed() >= STALL => Some(since),
            State::Stalled(_) | State::Serving => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::net::Ipv4Addr;

    use super::*;

    const PROXY: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const STRANGER: IpAddr = IpAddr::V4(Ipv4Addr::new(8, 8, 8, 8));

    fn places(most: usize) -> Arc<Places> {
        Places::new(most, Proxies::new(vec!["127.0.0.0/8".parse().unwrap()]))
    }

    fn is_away(place: &Place) -> bool {
        place.presence.away.is_cancelled()
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_for_longest_makes_way_and_who_is_served_does_not() {
        let places = places(2);
        let served = places.take(PROXY).unwrap();
        served.presence.serves();
        tokio::time::advance(STALL).await;
        let silent = places.take(PROXY).unwrap();
        tokio::time::advance(STALL).await;
        let next = places.take(PROXY).unwrap();
        assert!(is_away(&silent) && !is_away(&served) && !is_away(&next));
        next.presence.serves();
        assert!(places.take(PROXY).is_none(), "both are being served");
        drop(served);
        assert!(places.take(PROXY).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_makes_way_after_a_moment_only() {
        let places = places(1);
        let upload = places.take(PROXY).unwrap();
        upload.presence.serves();
        upload.presence.stalls();
        assert!(places.take(PROXY).is_none());
        tokio::time::advance(STALL).await;
        upload.presence.goes_on(64 * 1024);
        assert!(places.take(PROXY).is_none(), "it went on");
        upload.presence.stalls();
        tokio::time::advance(STALL).await;
        upload.presence.goes_on(1);
        upload.presence.stalls();
        tokio::time::advance(STALL / 10).await;
        assert!(places.take(PROXY).is_some() && is_away(&upload), "a byte is no progress");
    }

    #[tokio::test(start_paused = true)]
    async fn one_stranger_has_a_quarter_and_pushes_out_nobody_else() {
        let places = places(8);
        let other = places.take("9.9.9.9".parse().unwrap()).unwrap();
        tokio::time::advance(STALL).await;
        let held: Vec<Place> = (0..5).map(|_| places.take(STRANGER).unwrap()).collect();
        assert_eq!(held.iter().filter(|place| !is_away(place)).count(), 2);
        assert!(!is_away(&other));
        drop(held);
        let proxied: Vec<Place> = (0..7).map(|_| places.take(PROXY).unwrap()).collect();
        assert!(!is_away(&other) && !proxied.iter().any(is_away));
        assert_eq!(places.taken.lock().of_strangers.len(), 1);
    }

    #[test]
    fn addresses_of_one_network_of_ipv6_are_one_stranger() {
        let places = places(4);
        let first = places.take("2001:db8:1:2::1".parse().unwrap()).unwrap();
        let _second = places.take("2001:db8:1:2:ffff::1".parse().unwrap()).unwrap();
        let _other = places.take("2001:db8:1:3::1".parse().unwrap()).unwrap();
        assert!(is_away(&first));
    }
}
