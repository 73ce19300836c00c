use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use parking_lot::Mutex;
use siskin_model::{ClientAddress, UnixMillis};

/// How many wrong tokens of one client are looked at in a [`WINDOW`].
const FAILURES: u32 = 10;
const WINDOW: Duration = Duration::from_secs(60);
/// How many clients are remembered; the one that began first makes room.
const MAX_CLIENTS: usize = 4096;

/// Slows down whoever guesses the admin token: after some failures that client cannot sign in
/// until the minute is over. Everybody else can, and so can all behind an address that many
/// share: one of them must not lock the others out.
#[derive(Default)]
pub(crate) struct Throttle {
    clients: Mutex<HashMap<IpAddr, Failures>>,
}

struct Failures {
    since: UnixMillis,
    count: u32,
}

impl Throttle {
    pub fn is_closed(&self, from: Option<ClientAddress>, now: UnixMillis) -> bool {
        let Some(ClientAddress::Own(client)) = from else { return false };
        let clients = self.clients.lock();
        clients.get(&client).is_some_and(|failed| failed.count >= FAILURES && !failed.is_over(now))
    }

    pub fn failed(&self, from: Option<ClientAddress>, now: UnixMillis) {
        let Some(ClientAddress::Own(client)) = from else { return };
        let mut clients = self.clients.lock();
        if clients.len() >= MAX_CLIENTS && !clients.contains_key(&client) {
            let first = clients.iter().min_by_key(|(_, failed)| failed.since);
            if let Some(first) = first.map(|(client, _)| *client) {
                clients.remove(&first);
            }
        }
        let failures = clients.entry(client).or_insert(Failures { since: now, count: 0 });
        if failures.is_over(now) {
            *failures = Failures { since: now, count: 0 };
        }
        failures.count += 1;
    }
}

impl Failures {
    fn is_over(&self, now: UnixMillis) -> bool {
        self.since.plus(WINDOW) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: UnixMillis = UnixMillis(1_000_000);

    fn own(last: u32) -> Option<ClientAddress> {
        Some(ClientAddress::Own(IpAddr::V4(last.into())))
    }

    #[test]
    fn it_closes_after_too_many_failures_and_opens_after_the_window() {
        let throttle = Throttle::default();
        for _ in 0..FAILURES {
            assert!(!throttle.is_closed(own(1), START));
            throttle.failed(own(1), START);
        }
        assert!(throttle.is_closed(own(1), START));
        assert!(!throttle.is_closed(own(1), START.plus(WINDOW)));
    }

    #[test]
    fn it_closes_for_nobody_but_the_client_that_failed() {
        let throttle = Throttle::default();
        let shared = Some(ClientAddress::Shared([127, 0, 0, 1].into()));
        for from in [own(1), shared, None] {
            (0..FAILURES).for_each(|_| throttle.failed(from, START));
        }
        assert!(throttle.is_closed(own(1), START));
        for from in [own(2), shared, None] {
            assert!(!throttle.is_closed(from, START));
        }
    }

    #[test]
    fn clients_without_end_are_not_all_remembered() {
        let throttle = Throttle::default();
        for client in 0..=MAX_CLIENTS as u32 {
            throttle.failed(own(client), START.plus(Duration::from_millis(client.into())));
        }
        let clients = throttle.clients.lock();
        assert_eq!(clients.len(), MAX_CLIENTS);
        assert!(!clients.contains_key(&IpAddr::V4(0.into())));
    }
}
