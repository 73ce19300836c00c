//! What the webhooks said.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::ensure;
use siskin_benches::{Hook, Hooks, Stage};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::traffic::{Everything, Written};

/// How long to listen for what must not come.
const AFTERMATH: Duration = Duration::from_secs(3);

/// Every webhook of a run.
#[derive(Default)]
pub struct Ledger {
    /// Incoming texts of each instance, in the order of their webhooks.
    incoming: HashMap<u64, Vec<(String, Instant)>>,
    /// When a message was told to be sent, and how often; the same for delivered.
    sent: HashMap<String, Vec<Instant>>,
    delivered: HashMap<String, usize>,
    count: usize,
}

impl Ledger {
    /// Notes webhooks until everything that is written has been told.
    pub async fn follow(
        &mut self,
        hooks: &mut Hooks,
        mut traffic: JoinHandle<anyhow::Result<Everything>>,
        patience: Duration,
    ) -> anyhow::Result<Everything> {
        let written = loop {
            tokio::select! {
                written = &mut traffic => break written??,
                hook = hooks.next() => self.note(&hook?),
            }
        };
        let incoming: usize = written.received.iter().map(Vec::len).sum();
        let wanted = 2 * written.each_way() + incoming;
        let end = Instant::now() + patience;
        while self.count < wanted {
            ensure!(Instant::now() < end, "{} of {wanted} webhooks came", self.count);
            if let Ok(hook) = tokio::time::timeout_at(end, hooks.next()).await {
                self.note(&hook?);
            }
        }
        Ok(written)
    }

    /// Notes what still comes.
    pub async fn listen(&mut self, hooks: &mut Hooks) -> anyhow::Result<()> {
        let end = Instant::now() + AFTERMATH;
        while let Ok(hook) = tokio::time::timeout_at(end, hooks.next()).await {
            self.note(&hook?);
        }
        Ok(())
    }

    fn note(&mut self, hook: &Hook) {
        if let Some(text) = hook.incoming() {
            let texts = self.incoming.entry(hook.instance()).or_default();
            texts.push((text.to_owned(), hook.at));
        } else if hook.is_status("sent") {
            self.sent.entry(hook.message().to_owned()).or_default().push(hook.at);
        } else if hook.is_status("delivered") {
            *self.delivered.entry(hook.message().to_owned()).or_default() += 1;
        } else {
            return;
        }
        self.count += 1;
    }

    /// Everything was told once, and what came in the order in which it was written.
    pub fn check(&self, stage: &Stage, written: &Everything) -> anyhow::Result<()> {
        for message in written.sent.iter().flatten() {
            let sent = self.sent.get(&message.id).map_or(0, Vec::len);
            let delivered = self.delivered.get(&message.id).copied().unwrap_or_default();
            ensure!(
                (sent, delivered) == (1, 1),
                "{} was told to be sent {sent} times, delivered {delivered} times",
                message.text
            );
        }
        for (received, instance) in written.received.iter().zip(&stage.instances) {
            let told = self.incoming.get(&instance.id).map_or(&[][..], Vec::as_slice);
            let told: Vec<&str> = told.iter().map(|(text, _)| text.as_str()).collect();
            let expected: Vec<&str> = received.iter().map(|one| one.text.as_str()).collect();
            ensure!(told == expected, "instance {} told other messages than came", instance.id);
        }
        Ok(())
    }

    /// The milliseconds from each call to its webhook: `sent`, and incoming.
    pub fn millis(&self, written: &Everything) -> (Vec<f64>, Vec<f64>) {
        let since = |at: Instant, one: &Written| (at - one.at).as_secs_f64() * 1e3;
        let sent = written.sent.iter().flatten().filter_map(|one| {
            let told = self.sent.get(&one.id)?.first()?;
            Some(since(*told, one))
        });
        let told: HashMap<&str, Instant> =
            self.incoming.values().flatten().map(|(text, at)| (text.as_str(), *at)).collect();
        let received = written.received.iter().flatten();
        let received = received.filter_map(|one| Some(since(*told.get(one.text.as_str())?, one)));
        (sent.collect(), received.collect())
    }
}
