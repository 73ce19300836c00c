//! A fleet and its delivery, with the receiver's part played by the test.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use siskin_delivery::{Attempt, Delivery, Schedule, WebhookSender};
use siskin_fleet::{Fleet, Instance};
use siskin_fleet_testing::{ScriptedEngine, fleet};
use siskin_green_api::{Notification, Settings};
use siskin_model::UnixMillis;
use siskin_outbound::OutboundError;
use siskin_store::Store;
use siskin_store_testing::MemoryStore;
use tokio::sync::{Mutex, mpsc, oneshot};

/// How long a test waits, on a clock that stands still while anything can go on.
pub const PATIENCE: Duration = Duration::from_secs(3600);

/// What arrived at the receiver, and the way back for its answer.
pub struct Arrival {
    pub url: String,
    pub receipt: i64,
    pub body: Value,
    pub answer: oneshot::Sender<Result<u16, OutboundError>>,
}

struct Receiver {
    arrivals: mpsc::Sender<Arrival>,
}

#[async_trait]
impl WebhookSender for Receiver {
    async fn post(&self, attempt: Attempt<'_>) -> Result<u16, OutboundError> {
        let (answer, answered) = oneshot::channel();
        let arrival = Arrival {
            url: attempt.url.to_owned(),
            receipt: attempt.receipt,
            body: serde_json::from_str(&attempt.body).unwrap(),
            answer,
        };
        self.arrivals.send(arrival).await.unwrap();
        tokio::time::timeout(attempt.patience, answered)
            .await
            .map_err(|_| OutboundError::TimedOut)?
            .unwrap_or(Err(OutboundError::TimedOut))
    }
}

pub struct Stage {
    pub fleet: Arc<Fleet>,
    pub delivery: Arc<Delivery>,
    instance: Option<Arc<Instance>>,
    arrivals: Mutex<mpsc::Receiver<Arrival>>,
}

/// A gateway with one instance.
pub async fn stage() -> Stage {
    let stage = stage_on(Arc::new(MemoryStore::default())).await;
    let instance = stage.fleet.create(String::new(), Settings::default()).await.unwrap();
    Stage { instance: Some(instance), ..stage }
}

/// A gateway on what an earlier one has kept; its instance is the first, if there is one.
pub async fn stage_on(store: Arc<dyn Store>) -> Stage {
    let fleet = fleet(store, ScriptedEngine::new()).await.unwrap();
    let (sender, arrivals) = mpsc::channel(64);
    let receiver = Arc::new(Receiver { arrivals: sender });
    let delivery = Delivery::start(fleet.clone(), receiver, Schedule::default());
    let instance = fleet.list().first().cloned();
    Stage { fleet, delivery, instance, arrivals: Mutex::new(arrivals) }
}

impl Stage {
    pub fn instance(&self) -> &Instance {
        self.instance.as_ref().unwrap()
    }

    /// Deletes the instance, and forgets it as its callers do.
    pub async fn delete(&mut self) {
        let id = self.instance.take().unwrap().id();
        assert!(self.fleet.delete(id).await.unwrap());
    }

    pub async fn set(&self, changes: Value) {
        self.instance().change_settings(changes.as_object().unwrap()).await.unwrap();
    }

    pub async fn notify(&self, number: u32) {
        self.notify_of(number, self.fleet.clock().now()).await;
    }

    /// Tells of something that happened at that moment.
    pub async fn notify_of(&self, number: u32, at: UnixMillis) {
        let notification = Notification { at, body: json!({ "number": number }) };
        self.instance().notify(notification).await.unwrap();
    }

    pub async fn arrival(&self) -> Arrival {
        tokio::time::timeout(PATIENCE, async { self.arrivals.lock().await.recv().await })
            .await
            .expect("nothing arrived")
            .unwrap()
    }

    /// Nothing arrives, however long one waits.
    pub async fn nothing_arrives(&self) {
        let mut arrivals = self.arrivals.lock().await;
        let arrival = tokio::time::timeout(PATIENCE, arrivals.recv()).await;
        assert!(arrival.is_err(), "{:?} arrived", arrival.map(|some| some.map(|a| a.body)));
    }

    pub async fn count(&self) -> u64 {
        self.delivery.count(self.instance()).await.unwrap()
    }
}
