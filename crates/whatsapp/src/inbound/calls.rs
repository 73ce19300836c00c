use siskin_fleet::port::InboxEvent;
use siskin_model::{Address, CallStatus, UnixMillis};
use wacore::types::call::{
    CallAction, CallEndedElsewhere, ElsewhereOutcome, IncomingCall, MissedCall,
};
use wacore_binary::Jid;

use crate::addresses::Addresses;
use crate::jid::chat_of;

/// Why a caller lets this device be, when another one of the account has answered or turned
/// the call down (engine, `wacore/stanza/call.rs`).
const ACCEPTED_ELSEWHERE: &str = "accepted_elsewhere";
const REJECTED_ELSEWHERE: &str = "rejected_elsewhere";
/// Why one device rejects a call that goes on ringing on the others.
const BUSY: &str = "busy";

/// What a step of a call means for it. `None`: nothing that is told.
fn status_of(action: &CallAction) -> Option<CallStatus> {
    match action {
        CallAction::Offer { .. } | CallAction::OfferNotice { .. } => Some(CallStatus::Offer),
        CallAction::Accept { .. } => Some(CallStatus::PickUp),
        CallAction::Reject { reason, .. } if reason.as_deref() == Some(BUSY) => None,
        CallAction::Reject { .. } => Some(CallStatus::Declined),
        CallAction::Terminate { reason, .. } => Some(match reason.as_deref() {
            Some(ACCEPTED_ELSEWHERE) => CallStatus::PickUp,
            Some(REJECTED_ELSEWHERE) => CallStatus::Declined,
            _ => CallStatus::HungUp,
        }),
        _ => None,
    }
}

/// Whether a call has a picture, and whether a group is called; known when it rings.
fn nature_of(action: &CallAction) -> (bool, bool) {
    match action {
        CallAction::Offer { is_video, group_jid, .. } => (*is_video, group_jid.is_some()),
        CallAction::OfferNotice { is_video, is_group, .. } => (*is_video, *is_group),
        _ => (false, false),
    }
}

/// A step of a call.
pub(super) async fn step(call: &IncomingCall, addresses: &Addresses) -> Option<InboxEvent> {
    let status = status_of(&call.action)?;
    let creator = call.action.call_creator();
    let phone = match &call.action {
        CallAction::Offer { caller_pn, .. } => caller_pn.as_ref(),
        _ => None,
    };
    let from = caller(creator, &call.from, phone, addresses).await?;
    let (is_video, is_group) = nature_of(&call.action);
    Some(InboxEvent::Call {
        id: call.action.call_id().to_owned(),
        from,
        is_video,
        is_group,
        status,
        at: UnixMillis(call.timestamp.timestamp_millis()),
    })
}

/// Who called: whoever began it, for steps come from all sides. A call that the account
/// itself made is not an incoming one.
async fn caller(
    creator: &Jid,
    from: &Jid,
    phone: Option<&Jid>,
    addresses: &Addresses,
) -> Option<Address> {
    let creator = if chat_of(creator).is_some() { creator } else { from };
    let address = addresses.address(creator, phone).await?;
    let is_own = addresses.own().is_some_and(|own| own.is(&address.id));
    (!is_own).then_some(address)
}

/// A call that rang while nobody was connected.
pub(super) async fn missed(call: &MissedCall, addresses: &Addresses) -> Option<InboxEvent> {
    let at = UnixMillis(call.timestamp.timestamp_millis());
    let from = addresses.address(&call.from, None).await?;
    Some(ended(from, &call.call_id, CallStatus::HungUp, at))
}

/// A call that another device of the account has answered or turned down.
pub(super) async fn ended_elsewhere(
    call: &CallEndedElsewhere,
    addresses: &Addresses,
) -> Option<InboxEvent> {
    let status = match call.outcome {
        ElsewhereOutcome::Accepted => CallStatus::PickUp,
        ElsewhereOutcome::Rejected => CallStatus::Declined,
        _ => return None,
    };
    let at = UnixMillis(call.timestamp.timestamp_millis());
    let from = addresses.address(&call.from, None).await?;
    Some(ended(from, &call.call_id, status, at))
}

fn ended(from: Address, id: &str, status: CallStatus, at: UnixMillis) -> InboxEvent {
    let (is_video, is_group) = (false, false);
    InboxEvent::Call { id: id.to_owned(), from, is_video, is_group, status, at }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn terminate(reason: Option<&str>) -> CallAction {
        CallAction::Terminate {
            call_id: "CALL".to_owned(),
            call_creator: "15550100002@s.whatsapp.net".parse().unwrap(),
            reason: reason.map(str::to_owned),
            duration: None,
            audio_duration: None,
        }
    }

    #[test]
    fn a_call_that_another_device_took_was_not_missed() {
        assert_eq!(status_of(&terminate(Some("accepted_elsewhere"))), Some(CallStatus::PickUp));
        assert_eq!(status_of(&terminate(Some("rejected_elsewhere"))), Some(CallStatus::Declined));
        assert_eq!(status_of(&terminate(Some("timeout"))), Some(CallStatus::HungUp));
        assert_eq!(status_of(&terminate(None)), Some(CallStatus::HungUp));
    }

    #[test]
    fn a_device_that_is_busy_ends_nothing() {
        let reject = |reason: Option<&str>| CallAction::Reject {
            call_id: "CALL".to_owned(),
            call_creator: "15550100002@s.whatsapp.net".parse().unwrap(),
            reason: reason.map(str::to_owned),
        };
        assert_eq!(status_of(&reject(Some("busy"))), None);
        assert_eq!(status_of(&reject(None)), Some(CallStatus::Declined));
    }
}
