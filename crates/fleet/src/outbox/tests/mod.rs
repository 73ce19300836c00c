//! An outbox without a fleet: the test hands it what it needs, and plays WhatsApp.
#![allow(clippy::unwrap_used)]

mod listener;

use serde_json::json;
use siskin_green_api::Settings;
use siskin_media::MediaFolder;
use siskin_model::message::{Command, Outgoing, Preview};
use siskin_model::{ChatId, Link, MessageId, MessageStatus, UnixMillis};
use siskin_store::{Clock, NewInstance, Store};
use siskin_store_testing::{MemoryStore, TestClock};
use tokio::sync::{Mutex, mpsc, watch};

use super::*;
use crate::bell::Bell;
use crate::files::{FileLimits, Files, SharedFiles, Spending};
use crate::groups::Groups;
use crate::ids::{new_message_id, new_token};
use crate::journal::Journal;
use crate::log::NotificationLog;
use crate::online::Online;
use crate::people::{Accounts, AddressBook, People};
use crate::previews::{NoPreviews, Previews};
use crate::timers::Timers;
use listener::Listener;

/// An outbox with what is around it.
struct Stage {
    outbox: Outbox,
    queue: Arc<Queue>,
    tracker: Arc<Tracker>,
    journal: Arc<Journal>,
    clock: Arc<TestClock>,
    session: Arc<dyn Session>,
    transmitted: Mutex<mpsc::UnboundedReceiver<MessageId>>,
}

async fn stage() -> Stage {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::default());
    let turned = Arc::new(TestClock::default());
    let clock: Arc<dyn Clock> = turned.clone();
    let (store, clock) = (&store, &clock);
    let id = instance_of(&**store).await;
    let (written, transmitted) = mpsc::unbounded_channel();
    let (session, transmitted) = (Arc::new(Listener(written)), Mutex::new(transmitted));

    let link = &watch::channel(Link::asleep(UnixMillis(0))).1;
    let settings = &watch::channel(Arc::new(Settings::for_people())).1;
    let base_url = &Arc::from("http://gateway.example");
    let online = Arc::new(Online::default());
    let people = Arc::new(People::new(id, store, link));
    let accounts = Arc::new(Accounts::new(id, &people, &online));
    let book = Arc::new(AddressBook::new(id, &people, settings, base_url));
    let timers = Arc::new(Timers::new(id, store, &people));
    let groups = Arc::new(Groups::new(id, &people, &timers, &online));
    let read_marks = Arc::new(ReadMarks::new(id, store, settings, &accounts, &online));
    let log = Arc::new(NotificationLog::new(id, store, &Arc::new(Bell::default())));
    let journal = Arc::new(Journal::new(id, store, &log, &people, &accounts));
    let entries = Arc::new(Entries::new(id, clock, settings, &people, &book, &journal));
    let media = MediaFolder::new(std::env::temp_dir());
    let shared = Arc::new(SharedFiles::new(media, base_url, FileLimits::NONE));
    let spending = Arc::new(Spending::default());
    let files = Files::new(id, store, clock, &journal, &online, &shared, &spending);
    let files = Arc::new(files);

    let queue = Arc::new(Queue::new(id, store, clock, &people, &journal));
    let tracker = Tracker::new(id, clock, settings, &people, &accounts, &book, &journal);
    let tracker = Arc::new(tracker);
    let pages: Arc<dyn Previews> = Arc::new(NoPreviews);
    let previews = LinkPreviews::new(&files, &pages);
    let composer = Composer::new(clock, &people, &accounts, &journal, &groups, &files, previews);
    let (composer, pace) = (Arc::new(composer), Arc::new(Pace::new(Pacing::Off, settings)));
    let outbox = Outbox::new(id, &queue, &tracker, &composer, &entries, &read_marks, &pace);
    Stage { outbox, queue, tracker, journal, clock: turned, session, transmitted }
}

async fn instance_of(store: &dyn Store) -> InstanceId {
    let (settings, created) = (Settings::for_people(), UnixMillis(0));
    let new = NewInstance { name: "Shop".to_owned(), token: new_token(), created, settings };
    store.create(new).await.unwrap().id
}

fn bea() -> ChatId {
    ChatId::parse("15550100002@c.us").unwrap()
}

impl Stage {
    async fn accept(&self, text: &str) -> MessageId {
        let id = new_message_id();
        let outgoing = Outgoing {
            id: id.clone(),
            chat: bea(),
            command: Command::Text { text: text.to_owned(), preview: Preview::Off },
            quoted: None,
            typing: None,
            method: "sendMessage".to_owned(),
            request: json!({}),
            batch: None,
            accepted: self.clock.now(),
        };
        self.queue.accept(vec![outgoing]).await.unwrap();
        id
    }

    async fn transmitted(&self) -> MessageId {
        self.transmitted.lock().await.recv().await.unwrap()
    }

    async fn acknowledge(&self, id: &MessageId) {
        let acknowledgement = Acknowledgement { at: self.clock.now(), refused: None };
        let step = self.tracker.acknowledged(id.clone(), acknowledgement);
        self.tracker.take(step.into_iter().collect()).await.unwrap();
    }

    async fn status(&self, id: &MessageId) -> Option<MessageStatus> {
        self.journal.message(&bea(), id).await.unwrap().unwrap().status
    }
}

#[tokio::test(start_paused = true)]
async fn an_outbox_sends_what_waits_in_order_and_is_done_when_all_is_acknowledged() {
    let stage = stage().await;
    let (first, second) = (stage.accept("one").await, stage.accept("two").await);
    assert_eq!(stage.status(&first).await, Some(MessageStatus::Pending));
    let (outbox, session) = (stage.outbox.clone(), stage.session.clone());
    let running = tokio::spawn(async move { outbox.run(session).await });
    for id in [&first, &second] {
        assert_eq!(&stage.transmitted().await, id);
    }
    assert_eq!(stage.queue.length().await.unwrap(), 0, "what has begun to leave waits");
    stage.acknowledge(&first).await;
    stage.acknowledge(&second).await;
    running.await.unwrap();
    assert_eq!(stage.status(&first).await, Some(MessageStatus::Sent));
    assert_eq!(stage.status(&second).await, Some(MessageStatus::Sent));
}

#[tokio::test(start_paused = true)]
async fn what_was_not_acknowledged_is_sent_again_by_the_next_run_under_its_id() {
    let stage = stage().await;
    let id = stage.accept("one").await;
    for _ in 0..2 {
        let (outbox, session) = (stage.outbox.clone(), stage.session.clone());
        let running = tokio::spawn(async move { outbox.run(session).await });
        assert_eq!(stage.transmitted().await, id);
        running.abort();
        assert!(running.await.unwrap_err().is_cancelled());
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_accepted_while_it_sends_leaves_in_order_and_once() {
    let stage = stage().await;
    let mut ids = vec![stage.accept("first").await];
    let (outbox, session) = (stage.outbox.clone(), stage.session.clone());
    let running = tokio::spawn(async move { outbox.run(session).await });
    assert_eq!(stage.transmitted().await, ids[0]);
    // One at a time, and then more at once than are in memory.
    for number in 0..4 {
        ids.push(stage.accept(&number.to_string()).await);
        assert_eq!(stage.transmitted().await, ids[number + 1]);
    }
    for number in 4..40 {
        ids.push(stage.accept(&number.to_string()).await);
    }
    for id in &ids[5..] {
        assert_eq!(stage.transmitted().await, *id);
    }
    for id in &ids {
        stage.acknowledge(id).await;
    }
    running.await.unwrap();
    assert!(stage.transmitted.lock().await.try_recv().is_err(), "one was sent twice");
}

#[tokio::test(start_paused = true)]
async fn what_is_withdrawn_before_its_turn_does_not_leave() {
    let stage = stage().await;
    let first = stage.accept("first").await;
    let (outbox, session) = (stage.outbox.clone(), stage.session.clone());
    let running = tokio::spawn(async move { outbox.run(session).await });
    assert_eq!(stage.transmitted().await, first);
    // As many as may be on their way at once.
    while !stage.tracker.in_flight().is_full() {
        let id = stage.accept("on its way").await;
        assert_eq!(stage.transmitted().await, id);
    }
    let (withdrawn, stays) = (stage.accept("withdrawn").await, stage.accept("stays").await);
    assert!(stage.journal.withdraw(&bea(), &withdrawn).await.unwrap());
    stage.acknowledge(&first).await;
    assert_eq!(stage.transmitted().await, stays);
    running.abort();
}

#[tokio::test(start_paused = true)]
async fn what_has_waited_for_a_day_does_not_leave() {
    let stage = stage().await;
    stage.accept("yesterday's").await;
    stage.clock.turn(Outgoing::LIFETIME);
    let today = stage.accept("today's").await;
    let (outbox, session) = (stage.outbox.clone(), stage.session.clone());
    let running = tokio::spawn(async move { outbox.run(session).await });
    assert_eq!(stage.transmitted().await, today);
    running.abort();
}
