//! Between rows and the model.

use siskin_model::{
    InstanceId, InstanceState, Notification, PhoneNumber, StateRecord, Token, UnixMillis,
};
use siskin_store::{InstanceRow, LastState, LoggedNotification, Result, StoreError};
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use crate::database;

/// SQLite's integers are signed; instance numbers have ten digits.
pub(crate) fn key(id: InstanceId) -> i64 {
    i64::try_from(id.get()).unwrap_or(i64::MAX)
}

pub(crate) fn id(key: i64) -> Result<InstanceId> {
    let number = u64::try_from(key).map_err(|error| corrupt("an instance", &error))?;
    Ok(InstanceId::new(number))
}

fn corrupt(what: &'static str, why: &impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what, why: why.to_string() }
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| corrupt("a value", &error))
}

fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    // The error's own text quotes the value, which may be a credential.
    serde_json::from_str(text).map_err(|error| {
        let why = format!("{:?} error at column {}", error.classify(), error.column());
        StoreError::Corrupt { what, why }
    })
}

fn state(word: &str) -> Result<InstanceState> {
    InstanceState::from_word(word).ok_or_else(|| corrupt("a state", &word))
}

fn phone(text: Option<String>) -> Result<Option<PhoneNumber>> {
    let parse = |text: String| text.parse().map_err(|error| corrupt("a number", &error));
    text.map(parse).transpose()
}

pub(crate) fn instance(row: &SqliteRow) -> Result<InstanceRow> {
    let get = |column: &str| row.try_get::<String, _>(column).map_err(database);
    let account: Option<String> = row.try_get("account").map_err(database)?;
    Ok(InstanceRow {
        id: id(row.try_get("id").map_err(database)?)?,
        name: get("name")?,
        token: Token::from_text(get("token")?),
        created: UnixMillis(row.try_get("created").map_err(database)?),
        settings: from_json("settings", &get("settings")?)?,
        last: LastState {
            record: StateRecord {
                state: state(&get("state")?)?,
                at: UnixMillis(row.try_get("state_at").map_err(database)?),
                phone: phone(row.try_get("state_phone").map_err(database)?)?,
                reason: row.try_get("state_reason").map_err(database)?,
            },
            account: account.map(|text| from_json("an account", &text)).transpose()?,
        },
    })
}

pub(crate) fn state_record(row: &SqliteRow) -> Result<StateRecord> {
    let word: String = row.try_get("state").map_err(database)?;
    Ok(StateRecord {
        state: state(&word)?,
        at: UnixMillis(row.try_get("at").map_err(database)?),
        phone: phone(row.try_get("phone").map_err(database)?)?,
        reason: row.try_get("reason").map_err(database)?,
    })
}

pub(crate) fn notification(row: &SqliteRow) -> Result<LoggedNotification> {
    let body: String = row.try_get("body").map_err(database)?;
    let at = UnixMillis(row.try_get("at").map_err(database)?);
    Ok(LoggedNotification {
        receipt: row.try_get("receipt").map_err(database)?,
        notification: Notification { at, body: from_json("a notification", &body)? },
    })
}
