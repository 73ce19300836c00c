//! Between rows and the model.

use rusqlite::Row;
use rusqlite::types::FromSql;
use siskin_green_api::{Notification, Word};
use siskin_model::{InstanceId, InstanceState, PhoneNumber, StateRecord, Token, UnixMillis};
use siskin_store::{InstanceRow, LastState, LoggedNotification, Result, StoreError};

use crate::database;

/// SQLite's integers are signed; instance numbers have ten digits.
pub(crate) fn key(id: InstanceId) -> i64 {
    i64::try_from(id.get()).unwrap_or(i64::MAX)
}

pub(crate) fn id(key: i64) -> Result<InstanceId> {
    let number = u64::try_from(key).map_err(|error| corrupt("an instance", &error))?;
    Ok(InstanceId::new(number))
}

pub(crate) fn corrupt(what: &'static str, why: &impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what, why: why.to_string() }
}

pub(crate) fn to_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| corrupt("a value", &error))
}

pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    what: &'static str,
    text: &str,
) -> Result<T> {
    // The error's own text quotes the value, which may be a credential.
    serde_json::from_str(text).map_err(|error| {
        let why = format!("{:?} error at column {}", error.classify(), error.column());
        StoreError::Corrupt { what, why }
    })
}

fn state(word: &str) -> Result<InstanceState> {
    InstanceState::from_word(word).ok_or_else(|| corrupt("a state", &word))
}

fn phone(text: Option<&str>) -> Result<Option<PhoneNumber>> {
    let parse = |text: &str| text.parse().map_err(|error| corrupt("a number", &error));
    text.map(parse).transpose()
}

/// The value of a column.
pub(crate) fn get<T: FromSql>(row: &Row<'_>, column: &str) -> Result<T> {
    row.get(column).map_err(database)
}

/// The text of a column, as it lies in the row.
pub(crate) fn text<'r>(row: &'r Row<'_>, column: &str) -> Result<&'r str> {
    optional_text(row, column)?.ok_or_else(|| corrupt("a text", &format!("{column} is empty")))
}

/// The text of a column that may have none.
pub(crate) fn optional_text<'r>(row: &'r Row<'_>, column: &str) -> Result<Option<&'r str>> {
    let value = row.get_ref(column).map_err(database)?;
    value.as_str_or_null().map_err(|error| corrupt("a text", &format!("{column}: {error}")))
}

pub(crate) fn instance(row: &Row<'_>) -> Result<InstanceRow> {
    let account = optional_text(row, "account")?;
    Ok(InstanceRow {
        id: id(get(row, "id")?)?,
        name: get(row, "name")?,
        token: Token::from_text(get::<String>(row, "token")?),
        created: UnixMillis(get(row, "created")?),
        settings: from_json("settings", text(row, "settings")?)?,
        last: LastState {
            record: StateRecord {
                state: state(text(row, "state")?)?,
                at: UnixMillis(get(row, "state_at")?),
                phone: phone(optional_text(row, "state_phone")?)?,
                reason: get(row, "state_reason")?,
            },
            account: account.map(|text| from_json("an account", text)).transpose()?,
        },
    })
}

pub(crate) fn state_record(row: &Row<'_>) -> Result<StateRecord> {
    Ok(StateRecord {
        state: state(text(row, "state")?)?,
        at: UnixMillis(get(row, "at")?),
        phone: phone(optional_text(row, "phone")?)?,
        reason: get(row, "reason")?,
    })
}

pub(crate) fn notification(row: &Row<'_>) -> Result<LoggedNotification> {
    let at = UnixMillis(get(row, "at")?);
    Ok(LoggedNotification {
        receipt: get(row, "receipt")?,
        notification: Notification { at, body: from_json("a notification", text(row, "body")?)? },
    })
}
