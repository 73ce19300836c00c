//! After what time messages disappear.

use siskin_model::{Person, Timer};

use super::message_samples::{ann, ben, lid_of_ann, person};
use super::samples::{after_noon, created};
use siskin_store::Store;

/// Told late and twice, an older one changes nothing.
pub async fn the_timer_that_was_set_last_stays(store: &impl Store) {
    let id = created(store, "fleeting").await.id;
    let other = created(store, "other").await.id;
    assert_eq!(store.timer(id, &ann()).await.unwrap(), None);
    for (seconds, millis, expected) in [
        (86_400, 5, 86_400),
        (604_800, 4, 86_400),
        (604_800, 5, 604_800),
        (0, 6, 0),
        (u32::MAX, 7, u32::MAX),
    ] {
        let timer = Timer { seconds, since: after_noon(millis) };
        store.set_timer(id, &ann(), timer).await.unwrap();
        assert_eq!(store.timer(id, &ann()).await.unwrap().unwrap().seconds, expected);
    }
    assert_eq!(store.timer(id, &ben()).await.unwrap(), None);
    assert_eq!(store.timer(other, &ann()).await.unwrap(), None);
}

/// Whichever of the two was set last.
pub async fn a_timer_under_the_lid_is_the_numbers(store: &impl Store) {
    let id = created(store, "fleeting").await.id;
    let at = |seconds, millis| Timer { seconds, since: after_noon(millis) };
    let joined = || vec![Person { lid: Some(lid_of_ann()), ..person(&ann()) }];
    store.set_timer(id, &lid_of_ann(), at(1, 1)).await.unwrap();
    store.learn(id, joined()).await.unwrap();
    assert_eq!(store.timer(id, &lid_of_ann()).await.unwrap(), None);
    assert_eq!(store.timer(id, &ann()).await.unwrap(), Some(at(1, 1)));
    for (late, expected) in [(at(2, 0), at(1, 1)), (at(3, 2), at(3, 2))] {
        store.set_timer(id, &lid_of_ann(), late).await.unwrap();
        store.learn(id, joined()).await.unwrap();
        assert_eq!(store.timer(id, &ann()).await.unwrap(), Some(expected));
    }
}
