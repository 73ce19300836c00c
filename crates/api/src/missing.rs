//! The vendor's methods that this version does not have: whoever calls one is told so, and so
//! is the operator.

use std::collections::HashMap;

use parking_lot::Mutex;
use siskin_model::UnixMillis;

/// Their names, in the vendor's spelling and in the order of the reference (specification,
/// section 7). A method that is served leaves this list for the table.
const MISSING: [&str; 39] = [
    "setProfilePicture",
    "createGroup",
    "updateGroupName",
    "updateGroupSettings",
    "getGroupData",
    "addGroupParticipant",
    "removeGroupParticipant",
    "setGroupAdmin",
    "removeAdmin",
    "setGroupPicture",
    "leaveGroup",
    "sendTextStatus",
    "sendVoiceStatus",
    "sendMediaStatus",
    "deleteStatus",
    "getStatusStatistic",
    "getIncomingStatuses",
    "getOutgoingStatuses",
    "checkWhatsapp",
    "getAvatar",
    "getContacts",
    "getContactInfo",
    "getChats",
    "archiveChat",
    "unarchiveChat",
    "setDisappearingChat",
    "addContact",
    "editContact",
    "deleteContact",
    "callsQr",
    "callsScanqrcode",
    "callsLogout",
    "callsState",
    "callsGetIceServers",
    "callsDial",
    "callsAccept",
    "callsReject",
    "callsHangUp",
    "callsRtc",
];

/// The method of that name, in any case, if it is the vendor's and not here.
pub(crate) fn find(name: &str) -> Option<&'static str> {
    MISSING.into_iter().find(|missing| missing.eq_ignore_ascii_case(name))
}

/// When the operator was last told of each method; as long as the list of them at most.
#[derive(Default)]
pub(crate) struct Missed {
    days: Mutex<HashMap<&'static str, i64>>,
}

impl Missed {
    /// What is said to whoever calls the method; the operator reads of it once a day.
    pub fn explain(&self, name: &'static str, base_url: &str, now: UnixMillis) -> String {
        if self.is_first_today(name, now) {
            tracing::warn!(name, "a client calls a method that this version does not have");
        }
        format!("{name} is not in this version of Siskin; {base_url}/docs lists what is")
    }

    fn is_first_today(&self, name: &'static str, now: UnixMillis) -> bool {
        let day = now.day();
        let mut days = self.days.lock();
        days.insert(name, day) != Some(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::METHODS;

    #[test]
    fn what_is_served_is_not_called_missing() {
        for method in METHODS {
            assert_eq!(find(method.name()), None, "{} is served", method.name());
        }
        assert_eq!(find("CHECKWHATSAPP"), Some("checkWhatsapp"));
        assert_eq!(find("sendTelegram"), None);
    }

    #[test]
    fn the_operator_is_told_once_a_day_of_each() {
        let missed = Missed::default();
        let today = UnixMillis(1_780_000_000_000);
        let tomorrow = today.plus(today.until_next_day());
        assert!(missed.is_first_today("getChats", today));
        assert!(!missed.is_first_today("getChats", today));
        assert!(missed.is_first_today("getAvatar", today));
        assert!(missed.is_first_today("getChats", tomorrow));
    }
}
