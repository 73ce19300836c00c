//! `usync`: what is known about users, by number or id: whether they exist, their devices,
//! LID, about text and business name.

use std::sync::Arc;

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, Node};

use super::IqError;
use crate::account::{Account, AccountCell, PrimaryDevice};
use crate::clock::unix_seconds;
use crate::directory::Directory;
use crate::node::{NodeExt as _, leaf};
use crate::session::LinkedSession;

/// What can be asked about a user.
const PROTOCOLS: [&str; 5] = ["contact", "lid", "devices", "status", "business"];
/// The about text of a phone whose owner never changed it.
const DEFAULT_ABOUT: &str = "Hey there! I am using WhatsApp.";

/// Answers a query about a list of users.
pub(super) async fn query(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let usync = iq.get_optional_child("usync").ok_or(IqError::BAD_REQUEST)?;
    let asked = usync.get_optional_child("query").ok_or(IqError::BAD_REQUEST)?;
    let list = usync.get_optional_child("list").ok_or(IqError::BAD_REQUEST)?;
    let mut users = Vec::new();
    for user in list.nodes() {
        users.push(answer_user(session, user, asked.nodes()).await?);
    }
    let protocols = asked.nodes().iter().map(|protocol| outcome(session, protocol));
    let mut answer = NodeBuilder::new("usync").attr("index", "0").attr("last", "true");
    for key in ["sid", "mode", "context"] {
        if let Some(value) = usync.attrs.get(key) {
            answer = answer.attr(key, value.clone());
        }
    }
    let answer = answer.children([
        NodeBuilder::new("result").children(protocols).build(),
        NodeBuilder::new("list").children(users).build(),
    ]);
    session.reply(iq, vec![answer.build()]);
    Ok(())
}

/// What became of one of the things that were asked: nothing to say, or that the network
/// does not know it.
fn outcome(session: &LinkedSession, protocol: &Node) -> Node {
    let outcome = NodeBuilder::new_dynamic(protocol.tag.to_string());
    if PROTOCOLS.contains(&protocol.tag.as_ref()) {
        return outcome.build();
    }
    session.server.counters.unknown(&format!("usync <{}>", protocol.tag));
    let error = NodeBuilder::new("error")
        .attr("code", "501")
        .attr("text", "feature-not-implemented")
        .build();
    outcome.children([error]).build()
}

async fn answer_user(
    session: &LinkedSession,
    user: &Node,
    protocols: &[Node],
) -> Result<Node, IqError> {
    let cell = find(&session.server.directory, user).filter(|cell| !cell.faults.is_gone());
    let typed = user.child_content("contact");
    let jid = match (user.jid("jid"), &cell) {
        (Some(jid), _) => Some(jid.to_non_ad()),
        (None, Some(cell)) => Some(Jid::pn(cell.phone.as_str())),
        (None, None) => None,
    };
    let mut answer = NodeBuilder::new("user");
    if let Some(jid) = jid {
        answer = answer.attr("jid", jid);
    }
    let mut children = Vec::new();
    match cell {
        None => {
            let asked = protocols.iter().any(|protocol| protocol.tag == "contact");
            if asked {
                children.push(contact("out", typed));
            }
        }
        Some(cell) => {
            let account = cell.lock().await;
            for protocol in protocols {
                children.extend(answer_protocol(&*cell.primary, &account, protocol, typed).await?);
            }
        }
    }
    Ok(answer.children(children).build())
}

/// The account that a `<user>` names, by JID, LID or typed number.
fn find(directory: &Directory, user: &Node) -> Option<Arc<AccountCell>> {
    if let Some(jid) = user.jid("jid") {
        return directory.account_of(&jid);
    }
    let typed = std::str::from_utf8(user.child_content("contact")).ok()?;
    directory.look_up(typed.trim_start_matches('+'))
}

async fn answer_protocol(
    primary: &dyn PrimaryDevice,
    account: &Account,
    protocol: &Node,
    typed: &[u8],
) -> Result<Option<Node>, IqError> {
    Ok(match protocol.tag.as_ref() {
        "contact" => Some(contact("in", typed)),
        "lid" => {
            let lid = Jid::lid(account.lid.as_str());
            Some(NodeBuilder::new("lid").attr("val", lid).build())
        }
        "devices" => Some(devices(primary, account).await?),
        "status" => {
            let now = unix_seconds().to_string();
            let status = NodeBuilder::new("status").attr("t", now);
            Some(status.string_content(DEFAULT_ABOUT).build())
        }
        "business" if account.business => Some(business(primary, account).await?),
        _ => None,
    })
}

fn contact(kind: &'static str, typed: &[u8]) -> Node {
    let contact = NodeBuilder::new("contact").attr("type", kind);
    if typed.is_empty() { contact.build() } else { contact.bytes(typed).build() }
}

/// `<devices>`: the list, and the signed key indexes that prove it.
async fn devices(primary: &dyn PrimaryDevice, account: &Account) -> Result<Node, IqError> {
    let phone = NodeBuilder::new("device").attr("id", "0").build();
    let linked = account.devices.values().map(|device| {
        NodeBuilder::new("device")
            .attr("id", device.id.to_string())
            .attr("key-index", device.key_index.to_string())
            .build()
    });
    let list = NodeBuilder::new("device-list")
        .attr("hash", account.device_hash())
        .children(std::iter::once(phone).chain(linked))
        .build();
    let indexes = NodeBuilder::new("key-index-list")
        .attr("ts", unix_seconds().to_string())
        .bytes(primary.key_index_list().await?)
        .build();
    Ok(NodeBuilder::new("devices").children([list, indexes]).build())
}

/// `<business>` with the certificate of the name, signed by the account itself.
async fn business(primary: &dyn PrimaryDevice, account: &Account) -> Result<Node, IqError> {
    let (serial, certificate) = primary.name_certificate(&account.name).await?;
    let mut name = leaf("verified_name", certificate);
    name.attrs.insert("verified_level", "low");
    name.attrs.insert("v", "1");
    name.attrs.insert("serial", serial.to_string());
    Ok(NodeBuilder::new("business").children([name]).build())
}
