//! What people do with calls: ring, answer, decline, hang up.

use siskin_sim_server::account::AccountCell;
use siskin_sim_server::calls::{Call, CallState};
use siskin_sim_server::error::{Refusal, RefusalKind};
use siskin_sim_server::keys::random_bytes;
use siskin_sim_server::routing::pass_call_on;
use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use crate::chat::Chat;
use crate::client::Client;

/// What the owner of a phone does with a call that there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Takes it.
    Accept,
    /// Declines it.
    Reject,
    /// Hangs up.
    Terminate,
}

/// A phone rings somebody. Gives the id of the call.
///
/// # Errors
/// When the phone is off the network, or there is nobody to ring.
pub async fn ring(client: &Client, to: &str, video: bool) -> Result<String, Refusal> {
    let Client { server, account, .. } = client;
    account.lock().await.require_online()?;
    let Some(callee) = Chat::named(&server.directory, to)?.person else {
        return Err(Refusal::invalid("Phones call people only.", "Name one in \"to\"."));
    };
    if callee.phone == account.phone {
        return Err(Refusal::invalid("A phone cannot call itself.", "Name another in \"to\"."));
    }
    let bytes: [u8; 16] = random_bytes();
    let id: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    let offer = offer(account, &id, video);
    pass_call_on(server, client.sender(), &callee.jid(true, 0), &offer).await;
    Ok(id)
}

/// The owner of a phone answers, declines or ends a call.
///
/// # Errors
/// When the phone is off the network, or has no such call to do that with.
pub async fn answer(client: &Client, call_id: &str, answer: Answer) -> Result<(), Refusal> {
    let Client { server, account, .. } = client;
    account.lock().await.require_online()?;
    let call = server.calls.find(call_id).filter(|call| call.has(&account.phone));
    let call = call.ok_or_else(|| {
        Refusal::new(
            RefusalKind::NotFound,
            format!("The phone {} has no call {call_id:?}.", account.phone),
            "List its calls with GET /sandbox/phones/{phone}/calls.",
        )
    })?;
    check(&call, &account.phone, answer)?;
    let other = if call.caller == account.phone { &call.callee } else { &call.caller };
    let creator = server.directory.account(&call.caller).map(|caller| caller.jid(true, 0));
    let (Some(other), Some(creator)) = (server.directory.account(other), creator) else {
        return Err(Refusal::unknown_phone(other));
    };
    let action = action(answer, call_id, creator);
    pass_call_on(server, client.sender(), &other.jid(true, 0), &action).await;
    Ok(())
}

fn check(call: &Call, phone: &str, answer: Answer) -> Result<(), Refusal> {
    let refused = match answer {
        Answer::Accept | Answer::Reject if call.caller == phone => Some("is its own"),
        Answer::Accept | Answer::Reject if call.state != CallState::Ringing => {
            Some("does not ring any more")
        }
        Answer::Terminate if matches!(call.state, CallState::Ended | CallState::Rejected) => {
            Some("is over")
        }
        _ => None,
    };
    match refused {
        None => Ok(()),
        Some(why) => Err(Refusal::conflict(
            format!("The phone {phone} cannot do that: the call {why}."),
            "Look at its state with GET /sandbox/phones/{phone}/calls.",
        )),
    }
}

fn offer(caller: &AccountCell, id: &str, video: bool) -> Node {
    let codec = |rate: &'static str| {
        NodeBuilder::new("audio").attr("enc", "opus").attr("rate", rate).build()
    };
    let mut children = vec![codec("8000"), codec("16000")];
    if video {
        children.push(NodeBuilder::new("video").attr("enc", "vp8").attr("dec", "vp8").build());
    }
    children.push(NodeBuilder::new("net").attr("medium", "3").build());
    children.push(NodeBuilder::new("encopt").attr("keygen", "2").build());
    let mut offer = NodeBuilder::new("offer")
        .attr("call-id", id)
        .attr("call-creator", caller.jid(true, 0))
        .attr("device_class", "2016");
    if let Some(number) = caller.other_jid(true) {
        offer = offer.attr("caller_pn", number);
    }
    offer.children(children).build()
}

fn action(answer: Answer, id: &str, creator: Jid) -> Node {
    let tag = match answer {
        Answer::Accept => "accept",
        Answer::Reject => "reject",
        Answer::Terminate => "terminate",
    };
    let action = NodeBuilder::new(tag).attr("call-id", id).attr("call-creator", creator);
    match answer {
        Answer::Accept => {
            let codec = NodeBuilder::new("audio").attr("enc", "opus").attr("rate", "16000");
            action.children([codec.build()]).build()
        }
        Answer::Reject => action.attr("count", "0").build(),
        Answer::Terminate => action.build(),
    }
}
