//! The messages of all chats.

use siskin_model::message::{Direction, Location, Quoted};
use siskin_model::{Body, Content, InstanceId, Message, MessageStatus};

use super::message_samples::{
    ann, ben, chat, entry, file, group, keep, kept, message, message_id, own, record, sent, text,
};
use super::samples::{NOON, after_noon, created, drain, notification};
use siskin_store::{Amendment, Entry, Journal, Listing, Recorded, Replacement, Store};

/// The answer about a message that was there already.
const KNOWN: Recorded = Recorded { is_new: false, receipt: None };

/// Every field survives, in all directions and with nothing in it.
pub async fn a_message_comes_back_as_it_was_recorded(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let place = Location { latitude: -0.1, longitude: 179.999_999_9, ..Location::default() };
    let quoted = Quoted { id: message_id(9), participant: own(), content: None };
    let full = Message {
        sender: ben(),
        direction: Direction::Phone,
        body: Body { quoted: Some(quoted), ..Body::new(Content::Location(place)) },
        raw: (0..=255).cycle().take(100_000).collect(),
        status: Some(MessageStatus::NotInGroup),
        description: "line\n\"quote\" קול".to_owned(),
        status_at: Some(after_noon(7)),
        is_edited: true,
        is_deleted: true,
        is_read: true,
        ..message(&group(), 1)
    };
    let empty = Message {
        sender_name: String::new(),
        body: text("zero\u{0}"),
        raw: Vec::new(),
        ..message(&chat("status@broadcast"), 2)
    };
    for message in [full, empty, sent(&ann(), 3), message(&ann(), 4)] {
        keep(store, id, std::slice::from_ref(&message)).await;
        assert_eq!(kept(store, id, &message).await, Some(message));
    }
}

/// Message, file and notification appear together.
pub async fn an_entry_is_recorded_with_all_that_belongs_to_it(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let told = |number: u8| Entry {
        notification: Some(notification(i64::from(number), after_noon(1))),
        file: Some(file(number)),
        ..entry(message(&ann(), i64::from(number)))
    };
    let recorded = store.record(id, vec![told(1), entry(message(&ann(), 2)), told(3)]).await;
    let new = |receipt| Recorded { is_new: true, receipt };
    assert_eq!(recorded.unwrap(), [new(Some(1)), new(None), new(Some(2))]);
    assert_eq!(store.pending_files(id, 10).await.unwrap(), [file(1), file(3)]);
    let log = [(1, notification(1, after_noon(1))), (2, notification(3, after_noon(1)))];
    assert_eq!(drain(store, id).await, log);
    assert_eq!(store.record(id, Vec::new()).await.unwrap(), []);
}

/// WhatsApp sends again what it thinks we have not; also within one batch.
pub async fn a_message_that_comes_again_changes_nothing(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let first = message(&ann(), 1);
    keep(store, id, &[first.clone(), message(&ann(), 2)]).await;
    let again = Entry {
        notification: Some(notification(1, NOON)),
        file: Some(file(1)),
        amendment: Some(Amendment { target: message_id(2), edited: None, by_admin: false }),
        ..entry(Message { body: text("other"), at: after_noon(5), ..first.clone() })
    };
    assert_eq!(record(store, id, again.clone()).await, KNOWN);
    let replacing = Entry { replacement: Replacement::Unreadable, ..again };
    assert_eq!(record(store, id, replacing).await, KNOWN, "the first one can be read");
    let third = entry(message(&ann(), 3));
    let twice = Journal::record(store, id, vec![third.clone(), third]).await.unwrap();
    assert_eq!(twice, [Recorded { is_new: true, receipt: None }, KNOWN]);

    assert_eq!(kept(store, id, &first).await, Some(first));
    assert!(!kept(store, id, &message(&ann(), 2)).await.unwrap().is_deleted);
    assert_eq!(store.pending_files(id, 10).await.unwrap(), []);
    assert_eq!(drain(store, id).await, []);
}

/// The same id is another message elsewhere, or from somebody else.
pub async fn ids_are_unique_for_one_writer_in_one_chat(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let other = created(store, "other").await.id;
    let by_ben = Message { sender: ben(), ..message(&group(), 1) };
    let by_ann = Message { sender: ann(), ..message(&group(), 1) };
    keep(store, id, &[by_ben.clone(), by_ann.clone(), message(&ann(), 1)]).await;
    keep(store, other, std::slice::from_ref(&by_ann)).await;
    assert_eq!(kept(store, id, &by_ann).await, Some(by_ben), "the first one");
    assert_eq!(kept(store, other, &by_ann).await, Some(by_ann));
    assert_eq!(store.chat_messages(id, &group(), 10).await.unwrap().len(), 2);
    assert_eq!(store.message(id, &ben(), &message_id(1)).await.unwrap(), None);
}

/// It could not be decrypted before, and now it can: it is as new, once.
pub async fn a_readable_message_replaces_the_unreadable_one(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let unreadable = Message { raw: Vec::new(), body: text("{{SWE001}}"), ..message(&ann(), 1) };
    let replacing = |message: Message| Entry {
        notification: Some(notification(1, NOON)),
        file: Some(file(1)),
        replacement: Replacement::Unreadable,
        ..entry(message)
    };
    keep(store, id, &[unreadable.clone(), message(&ann(), 2)]).await;
    assert_eq!(record(store, id, entry(message(&ann(), 1))).await, KNOWN, "not asked for");
    assert_eq!(record(store, id, replacing(unreadable.clone())).await, KNOWN, "it still cannot");

    let readable = Message { sender_name: "Anna".to_owned(), ..message(&ann(), 1) };
    let told = Recorded { is_new: true, receipt: Some(1) };
    assert_eq!(record(store, id, replacing(readable.clone())).await, told);
    assert_eq!(store.pending_files(id, 10).await.unwrap(), [file(1)]);
    assert_eq!(record(store, id, replacing(readable.clone())).await, KNOWN);
    let listed = store.chat_messages(id, &ann(), 10).await.unwrap();
    assert_eq!(listed, [message(&ann(), 2), readable], "it keeps its place");
    let new = replacing(message(&ann(), 3));
    assert_eq!(record(store, id, new).await.receipt, Some(2), "a new one is recorded too");
}

/// Who has read or taken back what could not be decrypted, has.
pub async fn what_was_done_to_an_unreadable_message_stays(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let unreadable = |number| Message { raw: Vec::new(), ..message(&ann(), number) };
    keep(store, id, &[unreadable(1), unreadable(2)]).await;
    store.mark_read(id, &ann(), &[message_id(1)]).await.unwrap();
    amend(store, id, message(&ann(), 3), message_id(1), None).await;
    amend(store, id, message(&ann(), 4), message_id(2), Some(text("edited"))).await;
    for number in [1, 2] {
        let readable = entry(message(&ann(), number));
        record(store, id, Entry { replacement: Replacement::Unreadable, ..readable }).await;
    }
    let first = Message { is_read: true, is_deleted: true, ..message(&ann(), 1) };
    let second = Message { is_edited: true, body: text("edited"), ..message(&ann(), 2) };
    assert_eq!(kept(store, id, &first).await, Some(first));
    assert_eq!(kept(store, id, &second).await, Some(second));
}

/// The earlier message shows it; the later one is in the journal as well.
pub async fn a_message_changes_an_earlier_one(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    keep(store, id, &[message(&ann(), 1), sent(&ann(), 2), message(&ben(), 1)]).await;
    amend(store, id, message(&ann(), 3), message_id(1), Some(text("new"))).await;
    amend(store, id, message(&ann(), 4), message_id(1), None).await;
    let by_phone = Message { direction: Direction::Phone, ..sent(&ann(), 5) };
    amend(store, id, by_phone, message_id(2), Some(text("newer"))).await;
    amend(store, id, message(&ann(), 6), message_id(7), None).await;

    let first =
        Message { body: text("new"), is_edited: true, is_deleted: true, ..message(&ann(), 1) };
    assert_eq!(kept(store, id, &first).await, Some(first));
    let second = Message { body: text("newer"), is_edited: true, ..sent(&ann(), 2) };
    assert_eq!(kept(store, id, &second).await, Some(second));
    assert_eq!(kept(store, id, &message(&ben(), 1)).await, Some(message(&ben(), 1)));
    assert_eq!(store.chat_messages(id, &ann(), 10).await.unwrap().len(), 6);
}

/// Whoever uses another's id must not put words into their mouth.
pub async fn nobody_edits_what_somebody_else_wrote(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let by = |sender, number| Message { sender, ..message(&group(), number) };
    keep(store, id, &[by(ann(), 1), by(ben(), 1), sent(&ann(), 2), message(&ann(), 3)]).await;
    amend(store, id, by(ben(), 4), message_id(1), Some(text("Ben's"))).await;
    let all = store.chat_messages(id, &group(), 10).await.unwrap();
    assert_eq!(all[1], Message { body: text("Ben's"), is_edited: true, ..by(ben(), 1) });
    assert_eq!(all[2], by(ann(), 1));

    amend(store, id, message(&ann(), 5), message_id(2), Some(text("Ann's"))).await;
    amend(store, id, message(&ann(), 6), message_id(2), None).await;
    amend(store, id, sent(&ann(), 7), message_id(3), None).await;
    for untouched in [sent(&ann(), 2), message(&ann(), 3)] {
        assert_eq!(kept(store, id, &untouched).await, Some(untouched));
    }
    let first = async || kept(store, id, &by(ann(), 1)).await.unwrap();
    keep(store, id, &[by(own(), 8)]).await;
    amend(store, id, by(ben(), 9), message_id(8), None).await;
    assert!(!kept(store, id, &by(own(), 8)).await.unwrap().is_deleted, "Ben is no administrator");
    let by_admin = Amendment { target: message_id(1), edited: None, by_admin: true };
    let amendment = Some(by_admin.clone());
    record(store, id, Entry { amendment, ..entry(by(ben(), 10)) }).await;
    assert!(first().await.is_deleted && first().await.sender == ann(), "an administrator may");
    // In a chat of two there is none.
    let amendment = Some(Amendment { target: message_id(2), ..by_admin });
    record(store, id, Entry { amendment, ..entry(message(&ann(), 11)) }).await;
    assert_eq!(kept(store, id, &sent(&ann(), 2)).await, Some(sent(&ann(), 2)));
}

/// By time; of the same time, the one that was recorded last comes first.
pub async fn a_chat_is_listed_newest_first(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let at = |number, millis| Message { at: after_noon(millis), ..message(&ann(), number) };
    keep(store, id, &[at(1, 5), at(2, 1), at(3, 9), at(4, 5), message(&ben(), 5)]).await;
    let expected = [at(3, 9), at(4, 5), at(1, 5), at(2, 1)];
    assert_eq!(store.chat_messages(id, &ann(), u32::MAX).await.unwrap(), expected);
    assert_eq!(store.chat_messages(id, &ann(), 2).await.unwrap(), expected[..2]);
    assert_eq!(store.chat_messages(id, &ann(), 0).await.unwrap(), []);
    assert_eq!(store.chat_messages(id, &group(), 10).await.unwrap(), []);
}

/// Of all chats, one direction at a time; what is as old as the boundary is still listed.
pub async fn the_latest_messages_are_listed_by_direction(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let at = |message: Message, millis| Message { at: after_noon(millis), ..message };
    let phone = Message { direction: Direction::Phone, ..sent(&ben(), 3) };
    let incoming = [at(message(&ann(), 1), 1), at(message(&ben(), 2), 2)];
    let outgoing = [at(phone, 2), at(sent(&ann(), 4), 1), at(sent(&ann(), 5), 3)];
    keep(store, id, &incoming).await;
    keep(store, id, &outgoing).await;
    let [first, second] = incoming;
    let [third, fourth, fifth] = outgoing;
    let since = async |outgoing, millis, count| {
        store.messages_since(id, outgoing, after_noon(millis), count).await.unwrap()
    };
    assert_eq!(since(false, 1, 10).await, [second.clone(), first]);
    assert_eq!(since(false, 2, 10).await, [second]);
    assert_eq!(since(true, 1, 10).await, [fifth.clone(), third.clone(), fourth]);
    assert_eq!(since(true, 1, 2).await, [fifth, third]);
    assert_eq!(since(true, 4, 10).await, []);
}

/// Page by page it is the same list; what is recorded meanwhile as newer is not in it.
pub async fn a_listing_is_read_page_by_page(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let at = |number, millis| Message { at: after_noon(millis), ..message(&ann(), number) };
    keep(store, id, &[at(1, 5), at(2, 1), at(3, 5), at(4, 5), at(5, 9), at(6, 5)]).await;
    for listing in [Listing::Chat(ann()), Listing::Since { outgoing: false, since: after_noon(1) }]
    {
        let all = store.page(id, &listing, None, 100).await.unwrap();
        assert_eq!((all.messages.len(), all.next), (6, None));
        for count in 1..=6 {
            let (mut read, mut behind) = (Vec::new(), None);
            loop {
                let page = store.page(id, &listing, behind, count).await.unwrap();
                assert!(page.messages.len() <= count as usize);
                read.extend(page.messages);
                behind = page.next;
                if behind.is_none() {
                    break;
                }
            }
            assert_eq!(read, all.messages, "{listing:?} by {count}");
        }
    }
    let listing = Listing::Chat(ann());
    let first = store.page(id, &listing, None, 2).await.unwrap();
    keep(store, id, &[at(7, 10)]).await;
    let second = store.page(id, &listing, first.next, 2).await.unwrap();
    assert_eq!(second.messages, [at(4, 5), at(3, 5)]);
}

/// Only what came in can be unread, and only what was named is marked.
pub async fn messages_are_unread_until_they_are_marked(store: &impl Store) {
    let id = created(store, "chatty").await.id;
    let at = |number, millis| Message { at: after_noon(millis), ..message(&ann(), number) };
    keep(store, id, &[at(1, 3), at(2, 1), at(3, 2), sent(&ann(), 4), message(&ben(), 1)]).await;
    let unread = async |count| store.unread(id, &ann(), count).await.unwrap();
    assert_eq!(unread(10).await, [at(1, 3), at(3, 2), at(2, 1)]);
    assert_eq!(unread(1).await, [at(1, 3)]);
    let marked = [message_id(1), message_id(4), message_id(9), message_id(2)];
    for _ in 0..2 {
        store.mark_read(id, &ann(), &marked).await.unwrap();
        assert_eq!(unread(10).await, [at(3, 2)]);
    }
    store.mark_read(id, &ann(), &[]).await.unwrap();
    assert_eq!(unread(10).await, [at(3, 2)]);
    assert!(kept(store, id, &at(1, 3)).await.unwrap().is_read);
    assert_eq!(kept(store, id, &sent(&ann(), 4)).await, Some(sent(&ann(), 4)));
    assert_eq!(store.unread(id, &ben(), 10).await.unwrap(), [message(&ben(), 1)]);
}

/// What is removed from the own devices stays in the journal, and says so.
pub async fn a_message_removed_from_the_own_devices_is_marked(store: &impl Store) {
    let id = created(store, "tidy").await.id;
    keep(store, id, &[message(&ann(), 1), message(&ann(), 2), message(&ben(), 1)]).await;
    for number in [1, 1, 9] {
        store.mark_deleted(id, &ann(), &message_id(number)).await.unwrap();
    }
    assert!(kept(store, id, &message(&ann(), 1)).await.unwrap().is_deleted);
    for other in [message(&ann(), 2), message(&ben(), 1)] {
        assert!(!kept(store, id, &other).await.unwrap().is_deleted);
    }
}

/// Records a message that changes another one.
async fn amend(
    store: &impl Store,
    id: InstanceId,
    by: Message,
    target: siskin_model::MessageId,
    edited: Option<Body>,
) {
    let amendment = Some(Amendment { target, edited, by_admin: false });
    assert!(record(store, id, Entry { amendment, ..entry(by) }).await.is_new);
}
