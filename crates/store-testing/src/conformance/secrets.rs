//! The gateway's own secrets.

use siskin_model::Token;

use siskin_store::{GatewaySecret, Store};

/// The first value stays; each secret has its own.
pub async fn a_secret_is_taken_once(store: &impl Store) {
    let fresh = Token::from_text;
    let partner = store.secret_or(GatewaySecret::Partner, fresh("one")).await.unwrap();
    assert_eq!(partner, (fresh("one"), true));
    let again = store.secret_or(GatewaySecret::Partner, fresh("two")).await.unwrap();
    assert_eq!(again, (fresh("one"), false));
    let admin = store.secret_or(GatewaySecret::Admin, fresh("three")).await.unwrap();
    assert_eq!(admin, (fresh("three"), true));
}
