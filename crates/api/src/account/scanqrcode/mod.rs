use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::FromRequestParts as _;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use serde::Serialize;
use siskin_fleet::Instance;
use siskin_green_api::refusals;
use siskin_model::{Link, Phase};
use tokio::sync::watch;
use tokio::time::Instant;
use utoipa::ToSchema;

use super::linking::{QrStatus, qr_status};
use crate::call::{Answer, Call};
use crate::context::Context;
use crate::description::Description;
use crate::error::ApiError;

/// How long codes are pushed without a scan (specification, `scanqrcode`).
const WITHOUT_SCAN: Duration = Duration::from_secs(100);
/// How long a link may take to be completed once the phone has accepted.
const COMPLETION: Duration = Duration::from_secs(60);
/// How long the last frame waits for the account's profile name, which WhatsApp tells a
/// moment after the login.
const PROFILE_NAME: Duration = Duration::from_secs(2);
/// How long one frame may take to leave: a client that reads nothing is gone.
const SEND: Duration = Duration::from_secs(10);
/// The largest frame that a client may send, in bytes; none is needed.
const MAX_CLIENT_FRAME: usize = 1024;

const REPLACED: &str = "another scanqrcode session of this instance was opened";
const NO_UPGRADE: &str = "scanqrcode is a websocket: connect by ws:// or wss://";

/// A frame of the websocket. Every one but qrCode is the last.
#[derive(Default, Serialize, ToSchema)]
#[schema(as = QrSocketMessage)]
struct Frame<'a> {
    /// qrCode, accountData, alreadyLogged, passkeyRequired, timeout or error.
    #[serde(rename = "type")]
    kind: &'a str,
    /// qrCode: the picture as base64 PNG. Otherwise a text; absent in accountData.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<&'a str>,
    /// accountData: the account, such as `15550100001@c.us`.
    #[serde(skip_serializing_if = "Option::is_none")]
    wid: Option<String>,
    /// accountData: the profile name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pushname: Option<String>,
    /// accountData: where notifications go.
    #[serde(rename = "webhookUrl", skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
}

/// A session ended because of the network, or the client went away.
struct Gone;

/// Upgrades to a websocket. There is one session per instance, and the newest wins: the
/// older one gets an error frame.
pub(crate) async fn handle(call: Call) -> Answer {
    let (mut parts, _) = call.request.into_parts();
    let upgrade = WebSocketUpgrade::from_request_parts(&mut parts, &())
        .await
        .map_err(|_| ApiError::Refused(NO_UPGRADE.into()))?
        .max_message_size(MAX_CLIENT_FRAME);
    let (context, instance) = (call.context, call.instance);
    Ok(upgrade.on_upgrade(move |socket| serve(context, instance, socket)))
}

async fn serve(context: Arc<Context>, instance: Arc<Instance>, mut socket: WebSocket) {
    let watcher = context.watchers.enter(instance.id());
    let stopping = context.fleet.stopping();
    let session = Session::new(&context, &instance);
    let last = tokio::select! {
        last = session.run(&mut socket) => last,
        () = watcher.replaced() => Ok(last_frame("error", REPLACED)),
        () = stopping.cancelled() => Ok(last_frame("error", refusals::STARTING)),
        () = instance.deleted() => Ok(last_frame("error", refusals::DELETED)),
    };
    // A client that has gone hears nothing any more.
    if let Ok(frame) = last
        && send(&mut socket, Message::Text(frame)).await.is_ok()
    {
        close(&mut socket).await;
    }
}

struct Session<'a> {
    context: &'a Context,
    instance: &'a Instance,
    link: watch::Receiver<Link>,
    /// The text of the code that was sent last.
    shown: Option<String>,
    /// Whether the phone has accepted a code during this session.
    accepted: bool,
    deadline: Instant,
}

/// What comes next in a session.
enum Next {
    Send(Bytes),
    Last(Utf8Bytes),
    Wait,
}

impl<'a> Session<'a> {
    fn new(context: &'a Context, instance: &'a Instance) -> Self {
        Self {
            context,
            instance,
            link: instance.link(),
            shown: None,
            accepted: false,
            deadline: Instant::now() + WITHOUT_SCAN,
        }
    }

    /// Sends codes until there is a last frame, which it returns.
    async fn run(mut self, socket: &mut WebSocket) -> Result<Utf8Bytes, Gone> {
        let _viewer = self.instance.view_qr();
        loop {
            match self.next().await {
                Next::Send(json) => {
                    let text = Utf8Bytes::try_from(json).map_err(|_| Gone)?;
                    send(socket, Message::Text(text)).await?;
                }
                Next::Last(frame) => return Ok(frame),
                Next::Wait => {}
            }
            tokio::select! {
                changed = self.link.changed() => changed.map_err(|_| Gone)?,
                () = tokio::time::sleep_until(self.deadline) => {
                    return Ok(last_frame("timeout", "timeout"));
                }
                // Frames of the client have no meaning; the socket answers its pings.
                received = socket.recv() => match received {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone),
                    Some(Ok(_)) => {}
                },
            }
        }
    }

    async fn next(&mut self) -> Next {
        let link = self.link.borrow_and_update().clone();
        self.note_acceptance(&link.phase);
        if self.accepted && matches!(link.phase, Phase::Online) {
            return Next::Last(self.account_data().await);
        }
        match qr_status(&link, self.context.now()) {
            // The login that completes a link is on its way.
            QrStatus::Over(_) if self.accepted && matches!(link.phase, Phase::Starting) => {
                Next::Wait
            }
            QrStatus::Over(no_qr) => Next::Last(last_frame(no_qr.kind(), no_qr.message())),
            QrStatus::Code(qr) if self.shown.as_ref() != Some(&qr.text) => {
                match self.context.pictures.of(self.instance.id(), &qr) {
                    Ok(picture) => {
                        self.shown = Some(qr.text);
                        Next::Send(picture.json)
                    }
                    Err(error) => Next::Last(last_frame("error", &error.to_string())),
                }
            }
            QrStatus::Code(_) | QrStatus::Wait => Next::Wait,
        }
    }

    /// Whoever watched the codes is told of the link, even where its steps follow each
    /// other so fast that only the last one is seen.
    fn note_acceptance(&mut self, phase: &Phase) {
        let linking = matches!(phase, Phase::Pairing | Phase::Starting | Phase::Online);
        let watched = self.shown.is_some() || matches!(phase, Phase::Pairing);
        if linking && watched && !self.accepted {
            self.accepted = true;
            self.deadline = Instant::now() + COMPLETION;
        }
    }

    async fn account_data(&mut self) -> Utf8Bytes {
        let named =
            |link: &Link| link.account.as_ref().is_none_or(|account| !account.push_name.is_empty());
        // Without the name in time, the frame goes without it.
        let _ = tokio::time::timeout(PROFILE_NAME, self.link.wait_for(named)).await;
        let account = self.link.borrow().account.clone();
        let wid = account.as_ref().map(|account| account.wid().to_string());
        frame(&Frame {
            kind: "accountData",
            message: None,
            wid: Some(wid.unwrap_or_default()),
            pushname: Some(account.map(|account| account.push_name).unwrap_or_default()),
            webhook_url: Some(self.instance.settings().webhook_url.clone()),
        })
    }
}

fn last_frame(kind: &str, message: &str) -> Utf8Bytes {
    frame(&Frame { kind, message: Some(message), ..Frame::default() })
}

fn frame(frame: &Frame<'_>) -> Utf8Bytes {
    serde_json::to_string(frame).unwrap_or_default().into()
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Gone> {
    match tokio::time::timeout(SEND, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(Gone),
    }
}

/// Closes with 1000 and waits, bounded, for the client's part: a socket that is dropped
/// with unread frames can lose the last one on its way.
async fn close(socket: &mut WebSocket) {
    let frame = CloseFrame { code: close_code::NORMAL, reason: Utf8Bytes::default() };
    if send(socket, Message::Close(Some(frame))).await.is_ok() {
        let drained = async { while let Some(Ok(_)) = socket.recv().await {} };
        let _ = tokio::time::timeout(SEND, drained).await;
    }
}

pub(crate) fn describe() -> Description {
    Description::answers::<Frame<'_>>().websocket().refuses(NO_UPGRADE)
}

#[cfg(test)]
mod tests;
