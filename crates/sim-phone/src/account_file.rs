//! What stands in the file of an account: what the server knows of it, and in the same objects
//! what the phone keeps. One file, so that a killed process leaves both as they were at one time.

use std::path::Path;

use serde_json::{Map, Value};
use siskin_sim_server::account::Account;
use siskin_sim_server::error::Error;
use siskin_sim_server::storage;

use crate::state::PhoneState;

/// The content of the file.
pub(crate) fn content(file: &Path, account: &Account, state: &PhoneState) -> Result<Value, Error> {
    let value = |value: Result<Value, serde_json::Error>| {
        value.map_err(|error| storage::unreadable(file, &error))
    };
    let mut content = value(serde_json::to_value(account))?;
    let mut own = value(serde_json::to_value(state))?;
    // A device that is about to be linked is not the server's yet.
    let linked = |id: &String| id.parse().is_ok_and(|id: u16| account.devices.contains_key(&id));
    if let Some(devices) = own.get_mut("devices").and_then(Value::as_object_mut) {
        devices.retain(|id, _| linked(id));
    }
    merge(&mut content, own);
    Ok(content)
}

/// Puts the members of an object, and those of the objects in it, into another.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => merge_members(into, from),
        (into, from) => *into = from,
    }
}

fn merge_members(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match into.get_mut(&key) {
            Some(there) => merge(there, value),
            None => {
                into.insert(key, value);
            }
        }
    }
}
