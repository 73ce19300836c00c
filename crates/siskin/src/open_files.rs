//! How many files and sockets this process may have open at once.

use rlimit::{Resource, increase_nofile_limit};

/// More is of no use, and systems whose limit has no end would set none.
const MOST: u64 = 1 << 20;
/// What most systems begin with.
const FIRST: u64 = 1024;
/// What the store, its folder and the program itself take, however small the limit is.
const LEAST_KEPT: u64 = 64;
/// Below this, a gateway works but has room for a few numbers and clients only.
const SPARSE: u64 = FIRST;

/// Raises the limit as far as the system lets this process; what holds then.
pub(crate) fn raise() -> u64 {
    increase_nofile_limit(MOST).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit of open files stays as it is");
        Resource::NOFILE.get_soft().unwrap_or(FIRST)
    })
}

/// How many connections there may be: as many as are wanted, if they leave a quarter of the
/// files to the store and to WhatsApp's sockets. Each can have a file beside its socket, that
/// it reads or writes.
pub(crate) fn connections(limit: u64, wanted: u32) -> usize {
    let kept = (limit / 4).max(LEAST_KEPT);
    let fit = (limit.saturating_sub(kept) / 2).max(1);
    usize::try_from(fit.min(wanted.into())).unwrap_or(usize::MAX)
}

/// What `doctor` says of it.
pub(crate) fn finding(wanted: u32) -> Result<String, String> {
    let limit = raise();
    let connections = connections(limit, wanted);
    let found = format!("{limit} at once, {connections} of them connections of clients");
    if limit < SPARSE {
        return Err(format!(
            "{found}\n  hint: allow more, with `ulimit -n 65536` before the start or \
             LimitNOFILE=65536 in its service"
        ));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_everything_else() {
        for limit in [128, 256, 1024, 65_536] {
            let connections = connections(limit, u32::MAX) as u64;
            assert!(connections > 0 && 2 * connections + limit / 4 <= limit, "{limit}");
        }
        assert_eq!(connections(MOST, 10_000), 10_000);
        assert_eq!(connections(0, 10_000), 1);
    }
}
