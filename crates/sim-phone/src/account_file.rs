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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use siskin_sim_server::account::{Device, DeviceKeys, SignedPreKey};

    use super::*;
    use crate::history_request::HistoryRequest;

    fn device(id: u16) -> Device {
        let signed_prekey = SignedPreKey { id: vec![], value: vec![], signature: vec![] };
        let keys = DeviceKeys {
            registration_id: vec![],
            identity: vec![],
            signed_prekey,
            prekeys: Default::default(),
        };
        Device::new(id, 1, "test".to_owned(), Vec::new(), keys)
    }

    #[test]
    fn both_halves_are_read_from_what_is_written() {
        let (phone, lid) = ("15550100001".to_owned(), "100000000000001".to_owned());
        let mut account = Account::new(phone, lid, "Ann".to_owned(), false);
        let mut state = PhoneState::new(&mut account).unwrap();
        account.devices.insert(1, device(1));
        state.add_companion(1, HistoryRequest::default());
        // Not linked yet.
        state.add_companion(2, HistoryRequest::default());

        let written = content(Path::new("a file"), &account, &state).unwrap();

        assert_eq!(written["devices"].as_object().unwrap().len(), 1);
        assert_eq!(written["devices"]["1"]["platform"], "test");
        assert_eq!(written["devices"]["1"]["has_app_state_key"], false);
        let account: Account = serde_json::from_value(written.clone()).unwrap();
        let state: PhoneState = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(content(Path::new("a file"), &account, &state).unwrap(), written);
    }
}
