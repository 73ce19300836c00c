//! What `qr` and `scanqrcode` make of a link.

use std::time::Duration;

use siskin_green_api::refusals;
use siskin_model::{Link, Phase, Qr, Reason, UnixMillis};

/// What there is to tell to somebody who wants a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QrStatus {
    /// This code can be scanned.
    Code(Qr),
    /// A code is on its way, or the phone has accepted one.
    Wait,
    /// There will be no code.
    Over(NoQr),
}

/// Why there is no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoQr {
    /// The instance is linked.
    AlreadyLogged,
    /// WhatsApp demands a passkey.
    PasskeyRequired,
    /// Something is in the way; the text says what.
    Error(String),
}

impl NoQr {
    /// The vendor's `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::AlreadyLogged => "alreadyLogged",
            Self::PasskeyRequired => "passkeyRequired",
            Self::Error(_) => "error",
        }
    }

    /// The vendor's `message`.
    pub fn message(&self) -> &str {
        match self {
            Self::AlreadyLogged => refusals::ALREADY_LINKED,
            Self::PasskeyRequired => Reason::PasskeyRequired.text(),
            Self::Error(text) => text,
        }
    }
}

/// What the link has for somebody who asks now.
pub(super) fn qr_status(link: &Link, now: UnixMillis) -> QrStatus {
    match &link.phase {
        // One that has expired is still shown until its successor is there.
        Phase::AwaitingScan(qr) if qr.expires > now => QrStatus::Code(qr.clone()),
        Phase::Waking => match link.reason.filter(|reason| reason.hinders_codes()) {
            Some(reason) => QrStatus::Over(NoQr::Error(reason.text().into())),
            None => QrStatus::Wait,
        },
        Phase::AwaitingScan(_) | Phase::Asleep | Phase::Pairing => QrStatus::Wait,
        Phase::PasskeyRequired => QrStatus::Over(NoQr::PasskeyRequired),
        Phase::Starting => QrStatus::Over(NoQr::Error(refusals::STARTING.into())),
        Phase::Online | Phase::Reconnecting | Phase::Suspended { .. } => {
            QrStatus::Over(NoQr::AlreadyLogged)
        }
        // Both hold keys that only a logout removes.
        Phase::Blocked | Phase::Stale => QrStatus::Over(NoQr::Error(refusals::STALE_KEYS.into())),
    }
}

/// What to say when nothing came within `waited`.
pub(super) fn no_code_in_time(link: &Link, waited: Duration) -> NoQr {
    let seconds = waited.as_secs();
    let text = match (&link.phase, link.reason) {
        (Phase::Pairing, _) => format!(
            "The phone has accepted, but WhatsApp did not complete the link within {seconds} \
             seconds. Try again in a moment."
        ),
        (_, Some(reason)) if reason.hinders_codes() => reason.text().into(),
        _ => format!(
            "WhatsApp could not be reached in time: no QR code came within {seconds} seconds. \
             Siskin keeps trying; try again in a moment."
        ),
    };
    NoQr::Error(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(phase: Phase) -> Link {
        Link { phase, ..Link::asleep(UnixMillis(0)) }
    }

    #[test]
    fn an_expired_code_is_waited_out() {
        let qr = Qr { text: "code".into(), issued: UnixMillis(0), expires: UnixMillis(20_000) };
        let link = link(Phase::AwaitingScan(qr.clone()));
        assert_eq!(qr_status(&link, UnixMillis(19_999)), QrStatus::Code(qr));
        assert_eq!(qr_status(&link, UnixMillis(20_000)), QrStatus::Wait);
    }

    #[test]
    fn what_is_in_the_way_of_a_code_is_told_once_it_was_tried() {
        let with = |phase, reason| Link { reason: Some(reason), ..link(phase) };
        let now = UnixMillis(0);
        let waking = with(Phase::Waking, Reason::Unreachable);
        let told = QrStatus::Over(NoQr::Error(Reason::Unreachable.text().into()));
        assert_eq!(qr_status(&waking, now), told);
        // Nobody has tried since.
        assert_eq!(qr_status(&with(Phase::Asleep, Reason::Unreachable), now), QrStatus::Wait);
        // How an earlier link ended is in nobody's way.
        assert_eq!(qr_status(&with(Phase::Waking, Reason::LoggedOut), now), QrStatus::Wait);
    }

    #[test]
    fn every_phase_without_a_code_has_the_vendors_answer() {
        for (phase, kind, message) in [
            (Phase::Online, "alreadyLogged", "instance account already authorized"),
            (Phase::Reconnecting, "alreadyLogged", "instance account already authorized"),
            (Phase::Starting, "error", "instance in starting process try later"),
            (Phase::Stale, "error", "Instance has auth. You need to make log out"),
            (Phase::Blocked, "error", "Instance has auth. You need to make log out"),
            (Phase::PasskeyRequired, "passkeyRequired", Reason::PasskeyRequired.text()),
        ] {
            let QrStatus::Over(no_qr) = qr_status(&link(phase), UnixMillis(0)) else {
                unreachable!("{message} is final")
            };
            assert_eq!((no_qr.kind(), no_qr.message()), (kind, message));
        }
    }

    #[test]
    fn silence_is_explained_where_its_reason_is_known() {
        let mut link = link(Phase::Waking);
        let waited = Duration::from_secs(20);
        assert!(no_code_in_time(&link, waited).message().contains("could not be reached"));
        link.reason = Some(Reason::ServerNotTrusted);
        assert_eq!(no_code_in_time(&link, waited).message(), Reason::ServerNotTrusted.text());
        link.reason = Some(Reason::LoggedOut);
        assert!(no_code_in_time(&link, waited).message().contains("could not be reached"));
    }
}
