use siskin_model::{Link, Phase, Reason, UnixMillis};

/// What the reader is told, as far as it differs in more than words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Show a code, or that it is on its way.
    Linking,
    Pairing,
    Starting,
    /// Linked while the reader watched.
    Linked,
    /// Linked before they came.
    AlreadyLinked,
    Reconnecting,
    /// Keys that are of no use any more.
    Stale(Reason),
    Replaced,
    Unreadable,
    Passkey,
    Banned,
    Suspended(Option<UnixMillis>),
    Outdated,
    Unreachable,
    Untrusted,
    Refused,
    /// The disk takes nothing.
    StoreFailed,
    /// The instance was deleted.
    Gone,
}

/// How good or bad a state is: picks the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    Good,
    Busy,
    Warn,
    Trouble,
    Calm,
}

/// Something that the reader can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Action {
    /// The last segment of the path that the form is sent to.
    pub path: &'static str,
    /// The key of its label.
    pub label: &'static str,
}

const LOGOUT: Action = Action { path: "logout", label: "stage.logout" };
const REBOOT: Action = Action { path: "reboot", label: "stage.reboot" };
const RETRY: Action = Action { path: "reboot", label: "stage.retry" };

impl Severity {
    /// Its class in the style sheet.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Busy => "busy",
            Self::Warn => "warn",
            Self::Trouble => "trouble",
            Self::Calm => "calm",
        }
    }
}

impl Stage {
    pub fn of(link: &Link, was_unlinked: bool) -> Self {
        match &link.phase {
            Phase::Asleep | Phase::Waking => Self::hindrance(link.reason).unwrap_or(Self::Linking),
            Phase::AwaitingScan(_) => Self::Linking,
            Phase::Pairing => Self::Pairing,
            Phase::PasskeyRequired => Self::Passkey,
            Phase::Starting => Self::hindrance(link.reason).unwrap_or(Self::Starting),
            Phase::Online if was_unlinked => Self::Linked,
            Phase::Online => Self::AlreadyLinked,
            Phase::Reconnecting => match Self::hindrance(link.reason) {
                // A short loss is nothing to look into.
                None | Some(Self::Unreachable) => Self::Reconnecting,
                Some(hindrance) => hindrance,
            },
            Phase::Suspended { until } => Self::Suspended(Some(*until)),
            Phase::Blocked => Self::Banned,
            Phase::Stale => Self::stale(link.reason),
        }
    }

    /// What keeps an instance from showing a code or from logging in.
    fn hindrance(reason: Option<Reason>) -> Option<Self> {
        match reason? {
            Reason::Unreachable => Some(Self::Unreachable),
            Reason::ClientOutdated => Some(Self::Outdated),
            Reason::ServerNotTrusted => Some(Self::Untrusted),
            Reason::Refused => Some(Self::Refused),
            Reason::StoreFailed => Some(Self::StoreFailed),
            Reason::Banned => Some(Self::Banned),
            Reason::TemporarilyBanned => Some(Self::Suspended(None)),
            _ => None,
        }
    }

    fn stale(reason: Option<Reason>) -> Self {
        match reason {
            Some(Reason::Replaced) => Self::Replaced,
            Some(Reason::KeysUnreadable) => Self::Unreadable,
            Some(Reason::ClientOutdated) => Self::Outdated,
            Some(Reason::Banned) => Self::Banned,
            Some(Reason::Unreachable) => Self::Unreachable,
            Some(Reason::ServerNotTrusted) => Self::Untrusted,
            Some(reason) => Self::Stale(reason),
            None => Self::Stale(Reason::Refused),
        }
    }

    /// The key of its heading; tells the stages apart.
    pub const fn heading(self) -> &'static str {
        match self {
            Self::Linking => "link.heading",
            Self::Pairing => "stage.pairing",
            Self::Starting => "stage.starting",
            Self::Linked => "stage.linked",
            Self::AlreadyLinked | Self::Reconnecting => "stage.already",
            Self::Stale(_) => "stage.stale",
            Self::Replaced => "stage.replaced",
            Self::Unreadable => "stage.unreadable",
            Self::Passkey => "stage.passkey",
            Self::Banned => "stage.banned",
            Self::Suspended(_) => "stage.suspended",
            Self::Outdated => "stage.outdated",
            Self::Unreachable => "stage.unreachable",
            Self::Untrusted => "stage.untrusted",
            Self::Refused => "stage.refused",
            Self::StoreFailed => "stage.store_failed",
            Self::Gone => "stage.gone",
        }
    }

    /// The key of the text below the heading.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Linking => "link.lead",
            Self::Pairing => "stage.pairing_text",
            Self::Starting => "stage.starting_text",
            Self::Linked => "stage.linked_text",
            Self::AlreadyLinked => "stage.already_text",
            Self::Reconnecting => "stage.reconnecting",
            Self::Stale(Reason::UnlinkedFromPhone) => "reason.unlinkedFromPhone",
            Self::Stale(Reason::LoggedOut) => "reason.loggedOut",
            Self::Stale(_) | Self::Refused => "reason.refused",
            Self::Replaced => "reason.replaced",
            Self::Unreadable => "reason.keysUnreadable",
            Self::Passkey => "reason.passkeyRequired",
            Self::Banned => "reason.banned",
            Self::Suspended(_) => "reason.temporarilyBanned",
            Self::Outdated => "reason.clientOutdated",
            Self::Unreachable => "reason.unreachable",
            Self::Untrusted => "reason.serverNotTrusted",
            Self::StoreFailed => "reason.storeFailed",
            Self::Gone => "stage.gone_text",
        }
    }

    pub const fn severity(self) -> Severity {
        match self {
            Self::Linking | Self::Pairing | Self::Starting => Severity::Busy,
            Self::Linked | Self::AlreadyLinked => Severity::Good,
            Self::Reconnecting
            | Self::Stale(_)
            | Self::Replaced
            | Self::Unreadable
            | Self::Passkey
            | Self::Suspended(_)
            | Self::Outdated
            | Self::Unreachable => Severity::Warn,
            Self::Banned | Self::Untrusted | Self::Refused | Self::StoreFailed | Self::Gone => {
                Severity::Trouble
            }
        }
    }

    /// The picture in the sign above the heading.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Linked | Self::AlreadyLinked => "done",
            Self::Linking | Self::Pairing | Self::Starting | Self::Reconnecting => "work",
            Self::Stale(_) | Self::Replaced | Self::Unreadable | Self::Passkey => "key",
            Self::Banned | Self::Suspended(_) | Self::Refused => "stop",
            Self::Outdated => "update",
            Self::Unreachable => "cloud",
            Self::Untrusted | Self::StoreFailed | Self::Gone => "attention",
        }
    }

    /// The key of the short text for the live region.
    pub fn status(self, link: &Link) -> &'static str {
        match self {
            Self::Linking if link.qr().is_some() => "status.scan",
            Self::Linking => "status.waiting",
            Self::Pairing => "status.pairing",
            Self::Starting => "status.starting",
            Self::Linked | Self::AlreadyLinked => "status.linked",
            _ => "status.attention",
        }
    }

    /// What the reader can do, the likeliest first. `has_keys`: there is a link to remove.
    pub fn actions(self, has_keys: bool) -> Vec<Action> {
        let mut actions = match self {
            Self::Replaced => vec![REBOOT],
            Self::Stale(Reason::Refused) | Self::Passkey | Self::Outdated | Self::Refused => {
                vec![RETRY]
            }
            _ => Vec::new(),
        };
        let broken = matches!(
            self,
            Self::Stale(_) | Self::Replaced | Self::Unreadable | Self::Refused | Self::Banned
        );
        if broken && has_keys {
            actions.push(LOGOUT);
        }
        actions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(phase: Phase, reason: Option<Reason>) -> Stage {
        Stage::of(&Link { phase, reason, ..Link::asleep(UnixMillis(0)) }, false)
    }

    #[test]
    fn what_an_earlier_link_ended_by_does_not_stand_before_a_new_code() {
        for reason in [Reason::LoggedOut, Reason::UnlinkedFromPhone, Reason::PairingFailed] {
            assert_eq!(stage(Phase::Waking, Some(reason)), Stage::Linking, "{reason:?}");
        }
    }

    #[test]
    fn what_keeps_the_code_away_is_told() {
        assert_eq!(stage(Phase::Waking, Some(Reason::Unreachable)), Stage::Unreachable);
        assert_eq!(stage(Phase::Waking, Some(Reason::ClientOutdated)), Stage::Outdated);
        assert_eq!(stage(Phase::Waking, Some(Reason::ServerNotTrusted)), Stage::Untrusted);
    }

    #[test]
    fn a_full_disk_is_told_of_an_instance_that_is_linked_and_of_one_that_is_not() {
        for phase in [Phase::Asleep, Phase::Waking, Phase::Starting, Phase::Reconnecting] {
            assert_eq!(stage(phase, Some(Reason::StoreFailed)), Stage::StoreFailed);
        }
    }

    #[test]
    fn whoever_has_useless_keys_can_log_out() {
        for reason in [Some(Reason::Replaced), Some(Reason::KeysUnreadable), None] {
            let actions = stage(Phase::Stale, reason).actions(true);
            assert!(actions.contains(&LOGOUT), "{reason:?}");
        }
        assert!(stage(Phase::Stale, Some(Reason::Replaced)).actions(true).contains(&REBOOT));
    }

    #[test]
    fn linking_is_news_only_to_those_who_saw_it_unlinked() {
        let online = Link { phase: Phase::Online, ..Link::asleep(UnixMillis(0)) };
        assert_eq!(Stage::of(&online, true), Stage::Linked);
        assert_eq!(Stage::of(&online, false), Stage::AlreadyLinked);
    }
}
