//! Who guesses tokens: counted in a metric, and in the log as far as that does not fill it.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use parking_lot::Mutex;
use siskin_model::{ClientAddress, WrongToken};
use tokio::time::Instant;

const MINUTE: Duration = Duration::from_secs(60);
/// How many guessers a minute get a line in the log; the others are summed up.
const MOST_LINES: usize = 10;

type Guesser = (Option<ClientAddress>, WrongToken);

/// The guesses of the last minute.
#[derive(Default)]
pub(crate) struct Guesses(Mutex<Minute>);

#[derive(Default)]
struct Minute {
    began: Option<Instant>,
    named: HashSet<Guesser>,
    count: u64,
}

impl Guesses {
    /// Takes note of a guess: whether its guesser is to be named in the log, and how many
    /// guesses of the minute before were not in it.
    fn note(&self, guesser: Guesser) -> (bool, u64) {
        let mut minute = self.0.lock();
        let mut unsaid = 0;
        if minute.began.is_none_or(|began| began.elapsed() >= MINUTE) {
            unsaid = minute.count - minute.named.len() as u64;
            *minute = Minute { began: Some(Instant::now()), ..Minute::default() };
        }
        minute.count += 1;
        let is_named = minute.named.len() < MOST_LINES && minute.named.insert(guesser);
        (is_named, unsaid)
    }
}

/// Counts the answers that refuse a wrong token.
pub(crate) async fn count(
    State(guesses): State<Arc<Guesses>>,
    request: Request,
    next: Next,
) -> Response {
    let from = request.extensions().get::<ClientAddress>().copied();
    let response = next.run(request).await;
    if let Some(wrong) = response.extensions().get::<WrongToken>() {
        let whose = wrong.as_str();
        metrics::counter!("siskin_wrong_tokens_total", "whose" => whose).increment(1);
        let (is_named, unsaid) = guesses.note((from, *wrong));
        if unsaid > 0 {
            tracing::warn!(count = unsaid, "there were more wrong tokens");
        }
        if is_named {
            let from = from.map(tracing::field::display);
            tracing::warn!(whose, from, "a wrong token was given");
        }
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_guesser_is_named_once_a_minute_and_not_too_many_of_them() {
        let guesses = Guesses::default();
        let guess = |last: u8| {
            let from = ClientAddress::Own([10, 0, 0, last].into());
            guesses.note((Some(from), WrongToken::Console))
        };
        assert_eq!(guess(0), (true, 0));
        assert_eq!(guess(0), (false, 0));
        let named = (1..100).filter(|last| guess(*last).0).count();
        assert_eq!(named, MOST_LINES - 1);
        tokio::time::advance(MINUTE).await;
        assert_eq!(guess(0), (true, 101 - MOST_LINES as u64));
    }
}
