//! Messages by which a stranger pretends to be somebody's own phone, or to have written what
//! somebody wrote.

use std::sync::Arc;

use buffa::MessageField;
use serde::Deserialize;
use siskin_sim_phone::messages::{Addressing, Outgoing, send_direct, send_to_group};
use siskin_sim_server::account::AccountCell;
use siskin_sim_server::clock::unix_millis;
use siskin_sim_server::error::Refusal;
use siskin_sim_server::keys::random_bytes;
use waproto::whatsapp as wa;
use waproto::whatsapp::message::protocol_message::Type;
use waproto::whatsapp::message::{
    AppStateSyncKey, AppStateSyncKeyData, AppStateSyncKeyFingerprint, AppStateSyncKeyId,
    AppStateSyncKeyShare, HistorySyncNotification, HistorySyncType, ProtocolMessage,
};

use crate::simulator::Simulator;

/// The `edit` attribute of a message by which somebody takes back a message of their own.
const OWN_REVOKE: &str = "7";

/// A message that pretends something which only its recipient, or the writer of another one,
/// may say.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Spoof {
    /// The phone that sends it.
    pub by: String,
    /// What it pretends.
    pub kind: SpoofKind,
    /// The group in which it says so; without one, it is sent to the account itself.
    pub chat_id: Option<String>,
    /// The message of the account that it is about.
    pub target_id: Option<String>,
}

/// What a spoofed message pretends to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SpoofKind {
    /// `historySyncNotification`, with chats in it.
    HistorySync,
    /// `appStateSyncKeyShare`, with a key of the stranger's.
    AppStateKeyShare,
    /// `deviceSentMessage`: something that the recipient is to believe it wrote itself.
    DeviceSent,
    /// A deletion of what the account wrote, marked on the outside as if the stranger took back
    /// something of its own: the network cannot read what is inside.
    Deletion,
    /// An edit of what the account wrote.
    Edit,
}

/// A stranger's phone sends it to all devices of an account. Gives the message's id.
pub(crate) async fn send(
    simulator: &Simulator,
    victim: &Arc<AccountCell>,
    spoof: &Spoof,
) -> Result<String, Refusal> {
    let by = simulator.client(&spoof.by)?;
    if by.account.phone == victim.phone {
        return Err(Refusal::invalid(
            "A phone cannot pretend to be itself.",
            "Name another phone in \"by\".",
        ));
    }
    let message = match spoof.kind {
        SpoofKind::HistorySync => protocol(history()),
        SpoofKind::AppStateKeyShare => protocol(key_share()),
        SpoofKind::DeviceSent => device_sent(&by.account),
        SpoofKind::Deletion => protocol(deletion(spoof, victim)),
        SpoofKind::Edit => protocol(edit(spoof, victim)),
    };
    let edit = (spoof.kind == SpoofKind::Deletion).then(|| OWN_REVOKE.to_owned());
    let outgoing = Outgoing { message, addressing: Addressing::Lid, id: None, edit };
    match &spoof.chat_id {
        Some(group) => send_to_group(&by, group, outgoing).await,
        None => send_direct(&by, victim, outgoing).await,
    }
}

fn protocol(protocol: ProtocolMessage) -> wa::Message {
    wa::Message { protocol_message: MessageField::some(protocol), ..Default::default() }
}

fn history() -> ProtocolMessage {
    let notification = HistorySyncNotification {
        sync_type: Some(HistorySyncType::RECENT),
        chunk_order: Some(1),
        progress: Some(100),
        initial_hist_bootstrap_inline_payload: Some(random_bytes::<64>().to_vec()),
        ..Default::default()
    };
    ProtocolMessage {
        r#type: Some(Type::HISTORY_SYNC_NOTIFICATION),
        history_sync_notification: MessageField::some(notification),
        ..Default::default()
    }
}

fn key_share() -> ProtocolMessage {
    let data = AppStateSyncKeyData {
        key_data: Some(random_bytes::<32>().to_vec()),
        fingerprint: MessageField::some(AppStateSyncKeyFingerprint {
            raw_id: Some(1),
            current_index: Some(0),
            device_indexes: vec![0],
        }),
        timestamp: Some(unix_millis()),
    };
    let key = AppStateSyncKey {
        key_id: MessageField::some(AppStateSyncKeyId { key_id: Some(vec![0, 0, 0, 0, 6, 6]) }),
        key_data: MessageField::some(data),
    };
    ProtocolMessage {
        r#type: Some(Type::APP_STATE_SYNC_KEY_SHARE),
        app_state_sync_key_share: MessageField::some(AppStateSyncKeyShare { keys: vec![key] }),
        ..Default::default()
    }
}

/// The key of a message of the victim, as one names it who has it from there.
fn key(spoof: &Spoof, victim: &AccountCell) -> MessageField<wa::MessageKey> {
    let author = victim.jid(true, 0).to_string();
    MessageField::some(wa::MessageKey {
        remote_jid: Some(spoof.chat_id.clone().unwrap_or_else(|| author.clone())),
        from_me: Some(false),
        id: spoof.target_id.clone(),
        participant: spoof.chat_id.is_some().then_some(author),
    })
}

fn deletion(spoof: &Spoof, victim: &AccountCell) -> ProtocolMessage {
    let r#type = Some(Type::REVOKE);
    ProtocolMessage { key: key(spoof, victim), r#type, ..Default::default() }
}

fn edit(spoof: &Spoof, victim: &AccountCell) -> ProtocolMessage {
    let text = "something that you never wrote".to_owned();
    ProtocolMessage {
        key: key(spoof, victim),
        r#type: Some(Type::MESSAGE_EDIT),
        edited_message: MessageField::some(wa::Message {
            conversation: Some(text),
            ..Default::default()
        }),
        timestamp_ms: Some(unix_millis()),
        ..Default::default()
    }
}

fn device_sent(by: &AccountCell) -> wa::Message {
    let text = wa::Message {
        conversation: Some("something that you never wrote".to_owned()),
        ..Default::default()
    };
    wacore::messages::wrap_device_sent(text, by.jid(true, 0).to_string())
}
