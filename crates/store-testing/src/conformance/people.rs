//! Names and addresses.

use siskin_model::message::{Command, Outgoing, Quoted, Reaction};
use siskin_model::{Body, CallRecord, ChatId, Content, InstanceId, Message, Person, StoredFile};

use super::message_samples::{
    ann, ben, call, chat, file, group, keep, lid_of_ann, message, message_id, outgoing, own,
    person, sent, spelled, text,
};
use super::samples::created;
use siskin_store::{People, Store};

/// An empty name changes nothing; another one replaces it.
pub async fn names_are_learned(store: &impl Store) {
    let id = created(store, "social").await.id;
    let other = created(store, "other").await.id;
    assert_eq!(store.person(id, &ann()).await.unwrap(), None);
    let named = |name: &str, contact_name: &str| {
        let (name, contact_name) = (name.to_owned(), contact_name.to_owned());
        Person { name, contact_name, ..person(&ann()) }
    };
    for (new, known) in [
        (named("", ""), named("", "")),
        (named("Ann 🐦", ""), named("Ann 🐦", "")),
        (named("", "Ann (work)"), named("Ann 🐦", "Ann (work)")),
        (named("Anna", ""), named("Anna", "Ann (work)")),
        (named("", ""), named("Anna", "Ann (work)")),
    ] {
        learn(store, id, [new]).await;
        assert_eq!(store.person(id, &ann()).await.unwrap(), Some(known));
    }
    let birds = Person { name: "Birds".to_owned(), ..person(&group()) };
    learn(store, id, [birds.clone(), named("Last", "")]).await;
    assert_eq!(store.person(id, &group()).await.unwrap(), Some(birds));
    assert_eq!(store.person(id, &ann()).await.unwrap().unwrap().name, "Last");
    assert_eq!(store.person(other, &ann()).await.unwrap(), None);
}

/// The phone's own name for a person may be taken away again.
pub async fn a_contacts_name_is_replaced(store: &impl Store) {
    let id = created(store, "social").await.id;
    learn(store, id, [joined("Ann")]).await;
    for (address, name) in [(ann(), "Ann 1"), (lid_of_ann(), "Ann 2"), (ann(), "")] {
        store.save_contact_name(id, &address, name).await.unwrap();
        let expected = Person { contact_name: name.to_owned(), ..joined("Ann") };
        assert_eq!(store.person(id, &ann()).await.unwrap(), Some(expected));
    }
    store.save_contact_name(id, &ben(), "").await.unwrap();
    assert_eq!(store.person(id, &ben()).await.unwrap(), None, "nothing is known of him");
    store.save_contact_name(id, &ben(), "Ben").await.unwrap();
    let saved = Person { contact_name: "Ben".to_owned(), ..person(&ben()) };
    assert_eq!(store.person(id, &ben()).await.unwrap(), Some(saved));
}

/// Once both addresses are known, either finds the one person.
pub async fn a_person_has_two_addresses(store: &impl Store) {
    let id = created(store, "social").await.id;
    let hidden = Person { name: "Hidden".to_owned(), ..person(&lid_of_ann()) };
    learn(store, id, [hidden.clone()]).await;
    assert_eq!(store.person(id, &lid_of_ann()).await.unwrap(), Some(hidden));
    assert_eq!(store.person(id, &ann()).await.unwrap(), None);

    learn(store, id, [joined("")]).await;
    assert_found_by_both(store, id, &joined("Hidden")).await;
    learn(store, id, [Person { name: "New".to_owned(), ..person(&lid_of_ann()) }]).await;
    assert_found_by_both(store, id, &joined("New")).await;
    learn(store, id, [Person { name: "Newer".to_owned(), ..person(&ann()) }]).await;
    assert_found_by_both(store, id, &joined("Newer")).await;
    learn(store, id, [joined(""), joined("Newest")]).await;
    assert_found_by_both(store, id, &joined("Newest")).await;
}

/// Names under the number go before those under the LID.
pub async fn names_of_both_addresses_are_joined(store: &impl Store) {
    let id = created(store, "social").await.id;
    let by_number = Person { name: "Number".to_owned(), ..person(&ann()) };
    let by_lid = Person {
        name: "LID".to_owned(),
        contact_name: "Contact".to_owned(),
        ..person(&lid_of_ann())
    };
    learn(store, id, [by_lid, by_number, joined("")]).await;
    let expected = Person { contact_name: "Contact".to_owned(), ..joined("Number") };
    assert_found_by_both(store, id, &expected).await;
}

/// The LID is the person's; who has the number today, has it.
pub async fn a_person_may_change_the_number(store: &impl Store) {
    let id = created(store, "social").await.id;
    keep(store, id, &[message(&ann(), 1)]).await;
    learn(store, id, [joined("Ann"), Person { id: ben(), ..joined("") }]).await;
    let former = Person { name: "Ann".to_owned(), ..person(&ann()) };
    assert_eq!(store.person(id, &ann()).await.unwrap(), Some(former));
    let found = Some(Person { id: ben(), ..joined("") });
    assert_eq!(store.person(id, &lid_of_ann()).await.unwrap(), found);
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [message(&ann(), 1)]);
    let other_lid = Person { lid: Some(chat("1@lid")), ..person(&ben()) };
    learn(store, id, [other_lid.clone()]).await;
    assert_eq!(store.person(id, &ben()).await.unwrap(), Some(other_lid));
    assert_eq!(store.person(id, &lid_of_ann()).await.unwrap(), None);
}

/// Messages, their files, calls and what waits are found under the number.
pub async fn what_was_under_the_lid_is_under_the_number(store: &impl Store) {
    let id = created(store, "social").await.id;
    let other = created(store, "other").await.id;
    let lid = lid_of_ann();
    let reaction =
        |to| Reaction { text: "🐦".to_owned(), target: message_id(1), participant: to };
    let quoted = |of| Quoted { id: message_id(1), participant: of, content: None };
    let in_chat = |chat: &ChatId| Message {
        body: Body { quoted: Some(quoted(chat.clone())), ..text("answer") },
        ..message(&chat.clone(), 1)
    };
    let in_group = |sender: ChatId| Message {
        body: Body::new(Content::Reaction(reaction(sender.clone()))),
        sender,
        ..message(&group(), 2)
    };
    let before = [in_chat(&lid), in_group(lid.clone()), sent(&lid, 3)];
    keep(store, id, &before).await;
    keep(store, other, &[in_chat(&lid)]).await;
    let of = |chat| StoredFile { message: Some((chat, message_id(1))), ..file(1) };
    store.add_file(id, &of(lid.clone())).await.unwrap();
    store.record_call(id, &CallRecord { chat: lid.clone(), ..call("1") }, None).await.unwrap();
    let forward = |to, from| Outgoing {
        command: Command::Forward { from, message: message_id(1) },
        ..outgoing(&to, 4)
    };
    let waiting = |ann: &ChatId| {
        vec![forward(ben(), ann.clone()), Outgoing { chat: ann.clone(), ..outgoing(&ben(), 5) }]
    };
    store.enqueue(id, waiting(&lid), Vec::new()).await.unwrap();
    learn(store, id, [joined("Ann")]).await;

    assert_eq!(store.chat_messages(id, &lid, 9).await.unwrap(), []);
    let in_chat_now = [sent(&ann(), 3), in_chat(&ann())];
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), in_chat_now);
    assert_eq!(store.chat_messages(id, &group(), 9).await.unwrap(), [in_group(ann())]);
    assert_eq!(store.unread(id, &ann(), 9).await.unwrap(), [in_chat(&ann())]);
    assert_eq!(store.file_of(id, &ann(), &message_id(1)).await.unwrap(), Some(of(ann())));
    assert_eq!(store.call(id, "1").await.unwrap(), Some(call("1")));
    assert_eq!(store.waiting(id, 9).await.unwrap(), waiting(&ann()));
    assert_eq!(store.chat_messages(other, &lid, 9).await.unwrap(), [in_chat(&lid)]);
}

/// What comes under the LID although the number is known is moved when it is learned again.
pub async fn a_late_message_is_moved_as_well(store: &impl Store) {
    let id = created(store, "social").await.id;
    learn(store, id, [joined("Ann")]).await;
    keep(store, id, &[message(&lid_of_ann(), 1)]).await;
    learn(store, id, [joined("Ann")]).await;
    assert_eq!(store.chat_messages(id, &ann(), 9).await.unwrap(), [message(&ann(), 1)]);
}

/// The same message under both addresses: the one under the number stays.
pub async fn a_message_under_both_addresses_is_kept_once(store: &impl Store) {
    let id = created(store, "social").await.id;
    let worded = |message: Message, words: &str| Message { body: text(words), ..message };
    let by = |sender, words: &str| worded(Message { sender, ..message(&group(), 2) }, words);
    keep(
        store,
        id,
        &[
            worded(message(&lid_of_ann(), 1), "hidden"),
            worded(message(&ann(), 1), "open"),
            by(lid_of_ann(), "hidden"),
            by(ben(), "Ben's"),
            by(ann(), "open"),
            worded(Message { sender: own(), ..message(&lid_of_ann(), 1) }, "another writer's"),
        ],
    )
    .await;
    learn(store, id, [joined("")]).await;
    let own = Message { sender: own(), ..message(&ann(), 1) };
    assert_eq!(
        store.chat_messages(id, &ann(), 9).await.unwrap(),
        [worded(own, "another writer's"), worded(message(&ann(), 1), "open")]
    );
    let in_group = [by(ann(), "open"), by(ben(), "Ben's")];
    assert_eq!(store.chat_messages(id, &group(), 9).await.unwrap(), in_group);
}

/// What was under one spelling of a number is under the account; either spelling finds it.
pub async fn a_number_may_lead_to_another_ones_account(store: &impl Store) {
    let id = created(store, "social").await.id;
    let other = created(store, "other").await.id;
    let spelled = spelled();
    let named = Person { contact_name: "Ann (work)".to_owned(), ..person(&spelled) };
    learn(store, id, [named]).await;
    keep(store, id, &[message(&ann(), 1), sent(&spelled, 2)]).await;
    let forward = |to, from| Outgoing {
        command: Command::Forward { from, message: message_id(2) },
        ..outgoing(&to, 3)
    };
    let text = |to| Outgoing { chat: to, ..outgoing(&ben(), 4) };
    let waiting = |ann: ChatId| vec![text(ann.clone()), forward(ben(), ann)];
    store.enqueue(id, waiting(spelled.clone()), Vec::new()).await.unwrap();
    store.learn_spelling(id, &spelled, joined("Ann")).await.unwrap();

    let expected = Person { contact_name: "Ann (work)".to_owned(), ..joined("Ann") };
    assert_found_by_both(store, id, &expected).await;
    assert_eq!(store.person(id, &spelled).await.unwrap(), Some(expected));
    assert_eq!(store.person(other, &spelled).await.unwrap(), None);
    let mut found = store.chat_messages(id, &ann(), 9).await.unwrap();
    found.sort_by_key(|message| message.id.as_str().to_owned());
    assert_eq!(found, [message(&ann(), 1), sent(&ann(), 2)]);
    assert_eq!(store.chat_messages(id, &spelled, 9).await.unwrap(), []);
    assert_eq!(store.waiting(id, 9).await.unwrap(), waiting(ann()));
    // Told again, it is no other.
    store.learn_spelling(id, &spelled, joined("")).await.unwrap();
    store.learn_spelling(id, &ann(), joined("")).await.unwrap();
    assert_eq!(store.person(id, &spelled).await.unwrap().unwrap().id, ann());
    store.forget_spellings(id, &ann()).await.unwrap();
    assert_eq!(store.person(id, &spelled).await.unwrap(), None);
}

/// An account that is known by its LID alone gets its number later.
pub async fn what_led_to_a_lid_leads_to_its_number(store: &impl Store) {
    let id = created(store, "social").await.id;
    store.learn_spelling(id, &spelled(), person(&lid_of_ann())).await.unwrap();
    assert_eq!(store.person(id, &spelled()).await.unwrap(), Some(person(&lid_of_ann())));
    learn(store, id, [joined("Ann")]).await;
    assert_eq!(store.person(id, &spelled()).await.unwrap(), Some(joined("Ann")));
}

/// Accounts move to the new form of their number one by one.
pub async fn a_number_that_has_an_account_again_leads_nowhere_else(store: &impl Store) {
    let id = created(store, "social").await.id;
    store.learn_spelling(id, &spelled(), joined("Ann")).await.unwrap();
    let moved = Person { id: spelled(), ..joined("") };
    learn(store, id, [moved.clone()]).await;
    assert_eq!(store.person(id, &spelled()).await.unwrap(), Some(moved.clone()));
    store.learn_spelling(id, &ann(), moved.clone()).await.unwrap();
    assert_eq!(store.person(id, &ann()).await.unwrap().unwrap().id, spelled());
}

/// Ann with both addresses.
fn joined(name: &str) -> Person {
    Person { lid: Some(lid_of_ann()), name: name.to_owned(), ..person(&ann()) }
}

async fn learn<const N: usize>(store: &impl Store, id: InstanceId, people: [Person; N]) {
    People::learn(store, id, people.to_vec()).await.unwrap();
}

async fn assert_found_by_both(store: &impl Store, id: InstanceId, expected: &Person) {
    for address in [ann(), lid_of_ann()] {
        assert_eq!(store.person(id, &address).await.unwrap().as_ref(), Some(expected));
    }
}
