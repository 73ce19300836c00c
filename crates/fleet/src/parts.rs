use std::sync::Arc;

use siskin_green_api::Settings;
use siskin_model::{InstanceId, Link};
use tokio::sync::watch;

use crate::entries::Entries;
use crate::files::{Fetcher, Files, Spending};
use crate::groups::Groups;
use crate::inbox::{Calls, Events, InstanceInbox, PastMessages};
use crate::journal::{Journal, JournalReader};
use crate::log::NotificationLog;
use crate::online::Online;
use crate::outbox::{Composer, LinkPreviews, Outbox, Pace, Queue, Tracker};
use crate::people::{Accounts, AddressBook, People};
use crate::qr_viewers::QrViewers;
use crate::read_marks::ReadMarks;
use crate::shared::Shared;
use crate::timers::Timers;
use crate::typing::TypingIndicators;
use crate::undecryptable::Undecryptable;

/// The parts of one instance that others call, each made with what it needs.
pub(crate) struct InstanceParts {
    pub(crate) qr_viewers: Arc<QrViewers>,
    pub(crate) online: Arc<Online>,
    pub(crate) log: Arc<NotificationLog>,
    pub(crate) journal: Arc<Journal>,
    pub(crate) reader: Arc<JournalReader>,
    pub(crate) files: Arc<Files>,
    pub(crate) fetcher: Arc<Fetcher>,
    pub(crate) groups: Arc<Groups>,
    pub(crate) read_marks: Arc<ReadMarks>,
    pub(crate) typing: TypingIndicators,
    pub(crate) queue: Arc<Queue>,
    pub(crate) outbox: Outbox,
    pub(crate) inbox: Arc<InstanceInbox>,
}

impl InstanceParts {
    pub(crate) fn new(
        id: InstanceId,
        shared: &Shared,
        link: &watch::Receiver<Link>,
        settings: &watch::Receiver<Arc<Settings>>,
    ) -> Self {
        let Shared { store, clock, base_url, .. } = shared;
        let online = Arc::new(Online::default());
        let people = Arc::new(People::new(id, store, link));
        let accounts = Arc::new(Accounts::new(id, &people, &online));
        let book = Arc::new(AddressBook::new(id, &people, settings, base_url));
        let timers = Arc::new(Timers::new(id, store, &people));
        let groups = Arc::new(Groups::new(id, &people, &timers, &online));
        let typing = TypingIndicators::new(&people, &accounts, &online);
        let read_marks = Arc::new(ReadMarks::new(id, store, settings, &accounts, &online));

        let log = Arc::new(NotificationLog::new(id, store, &shared.bell));
        let journal = Arc::new(Journal::new(id, store, &log, &people, &accounts));
        let reader = Arc::new(JournalReader::new(id, store, clock, &accounts, &book, &journal));
        let entries = Arc::new(Entries::new(id, clock, settings, &people, &book, &journal));

        let (shared_files, spending) = (&shared.files, Arc::new(Spending::default()));
        let files = Files::new(id, store, clock, &journal, &online, shared_files, &spending);
        let files = Arc::new(files);
        let fetcher = Fetcher::new(id, store, clock, &journal, &files, shared_files, &spending);

        let queue = Arc::new(Queue::new(id, store, clock, &people, &journal));
        let tracker = Tracker::new(id, clock, settings, &people, &accounts, &book, &journal);
        let tracker = Arc::new(tracker);
        let previews = LinkPreviews::new(&files, &shared.previews);
        let composer =
            Composer::new(clock, &people, &accounts, &journal, &groups, &files, previews);
        let (composer, pace) = (Arc::new(composer), Arc::new(Pace::new(shared.pacing, settings)));
        let outbox = Outbox::new(id, &queue, &tracker, &composer, &entries, &read_marks, &pace);

        let calls = Calls::new(id, store, settings, &book, &log);
        let unread = Arc::new(Undecryptable::new(id, &log, &journal, &entries));
        let events = Events::new(&people, &groups, &tracker, &read_marks, &unread, calls);
        let past = PastMessages::new(&people, &timers, &entries, &journal);
        let inbox =
            InstanceInbox::new(&journal, &entries, &files, &groups, &read_marks, events, past);

        let (fetcher, inbox) = (Arc::new(fetcher), Arc::new(inbox));
        Self {
            qr_viewers: Arc::default(),
            online,
            log,
            journal,
            reader,
            files,
            fetcher,
            groups,
            read_marks,
            typing,
            queue,
            outbox,
            inbox,
        }
    }
}
