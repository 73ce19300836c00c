use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use siskin_green_api::Settings;
use siskin_model::message::{Command, Outgoing, Typing, TypingKind};
use tokio::sync::watch;
use tokio::time::Instant;

/// What one step of `autoTyping` stands for: a scale from 0 to 10 without a unit
/// (specification, `setSettings`), so that its end is near the longest typing time.
const AUTO_TYPING_STEP: u32 = 1000;

/// Whether there is a pause between two sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pacing {
    /// As each instance's `delaySendMessagesMilliseconds` has it.
    Settings,
    /// None, whatever the settings say: for measuring, and for those who want to be banned.
    Off,
}

/// When the messages of one instance leave. It outlives the workers, which end when the queue
/// is empty: the next one keeps the pause.
pub(crate) struct Pace {
    pacing: Pacing,
    settings: watch::Receiver<Arc<Settings>>,
    next: Mutex<Instant>,
}

impl Pace {
    pub(crate) fn new(pacing: Pacing, settings: &watch::Receiver<Arc<Settings>>) -> Self {
        Self { pacing, settings: settings.clone(), next: Mutex::new(Instant::now()) }
    }

    /// When the next message may leave. `None`: now.
    pub(super) fn pause(&self) -> Option<Instant> {
        Some(*self.next.lock()).filter(|next| *next > Instant::now())
    }

    /// A message has left.
    pub(super) fn left(&self) {
        *self.next.lock() = Instant::now() + self.delay();
    }

    fn delay(&self) -> Duration {
        match self.pacing {
            Pacing::Off => Duration::ZERO,
            Pacing::Settings => {
                let millis = self.settings.borrow().delay_send_messages_milliseconds;
                Duration::from_millis(millis.into())
            }
        }
    }

    /// What is shown before a message, where the caller or the settings ask for it.
    pub(super) fn typing(&self, outgoing: &Outgoing) -> Option<Typing> {
        let automatic = u32::from(self.settings.borrow().auto_typing) * AUTO_TYPING_STEP;
        // Nobody types for what changes an earlier message.
        let is_message = !matches!(outgoing.command, Command::Edit { .. } | Command::Delete { .. });
        let automatic = (automatic > 0 && is_message)
            .then_some(Typing { millis: automatic, kind: TypingKind::Typing });
        outgoing.typing.or(automatic)
    }
}
