//! `w:g2`: what clients ask about groups, and do to them.

use wacore_binary::builder::NodeBuilder;
use wacore_binary::{Jid, JidExt as _, Node};

use super::IqError;
use crate::groups::{Change, Group, GroupError, MemberChange, NewGroup};
use crate::node::NodeExt as _;
use crate::session::LinkedSession;

/// Answers a request about groups.
pub(super) async fn answer(session: &LinkedSession, iq: &Node) -> Result<(), IqError> {
    let to = iq.jid("to").unwrap_or_default();
    let child = iq.nodes().first().ok_or(IqError::BAD_REQUEST)?;
    let is_set = iq.text("type") == "set";
    if !to.is_group() || to.user.is_empty() {
        return about_groups(session, iq, child, is_set).await;
    }
    match (child.tag.as_ref(), is_set) {
        ("query", false) => {
            let group = membership(session, &to.user)?;
            session.reply(iq, vec![group.node(&session.server.directory)]);
            Ok(())
        }
        ("invite", false) => {
            let group = membership(session, &to.user)?;
            session.reply(iq, vec![invite(&group)]);
            Ok(())
        }
        (_, true) => change(session, iq, &to.user, child).await,
        _ => Err(IqError::NOT_IMPLEMENTED),
    }
}

/// What is not about one group that is named by its JID.
async fn about_groups(
    session: &LinkedSession,
    iq: &Node,
    child: &Node,
    is_set: bool,
) -> Result<(), IqError> {
    let (groups, directory) = (&session.server.groups, &session.server.directory);
    match (child.tag.as_ref(), is_set) {
        ("create", true) => {
            let (group, unknown) = groups.create(&session.cell, new_group(child)).await?;
            let mut node = group.node(directory);
            if let Some(wacore_binary::NodeContent::Nodes(children)) = &mut node.content {
                let refused = unknown.into_iter().map(|jid| {
                    NodeBuilder::new("participant").attr("jid", jid).attr("error", "404").build()
                });
                children.extend(refused);
            }
            session.reply(iq, vec![node]);
            Ok(())
        }
        ("participating", false) => {
            let joined = groups.of(&session.cell.phone);
            let joined: Vec<Node> = joined.iter().map(|group| group.node(directory)).collect();
            session.reply(iq, vec![NodeBuilder::new("groups").children(joined).build()]);
            Ok(())
        }
        ("leave", true) => leave(session, iq, child).await,
        ("invite", false) => {
            let group = groups.invited_to(&child.text("code"))?;
            session.reply(iq, vec![group.node(directory)]);
            Ok(())
        }
        ("invite", true) => {
            let group = groups.join(&session.cell, &child.text("code")).await?;
            session.reply(iq, vec![NodeBuilder::new("group").attr("jid", group.jid()).build()]);
            Ok(())
        }
        _ => Err(IqError::NOT_IMPLEMENTED),
    }
}

/// The group, when whoever asks is in it.
fn membership(session: &LinkedSession, id: &str) -> Result<Group, IqError> {
    let group = session.server.groups.get(id).ok_or(IqError::ITEM_NOT_FOUND)?;
    group.role(&session.cell.phone)?;
    Ok(group)
}

fn invite(group: &Group) -> Node {
    NodeBuilder::new("invite").attr("code", group.invite.as_str()).build()
}

fn new_group(create: &Node) -> NewGroup {
    let child = |tag: &str| create.get_optional_child(tag);
    NewGroup {
        subject: create.text("subject").into_owned(),
        members: people(create),
        by_number: false,
        announce: child("announcement").is_some(),
        locked: child("locked").is_some(),
        ephemeral: child("ephemeral").and_then(seconds).unwrap_or(0),
        admins_add: create.child_content("member_add_mode") == b"admin_add",
        description: child("description").and_then(|node| {
            let text = String::from_utf8(node.child_content("body").to_vec()).ok()?;
            Some((node.text("id").into_owned(), text))
        }),
    }
}

fn people(node: &Node) -> Vec<Jid> {
    let participants = node.nodes().iter().filter(|child| child.tag == "participant");
    participants.filter_map(|participant| participant.jid("jid")).collect()
}

fn seconds(ephemeral: &Node) -> Option<u32> {
    u32::try_from(ephemeral.number("expiration")?).ok()
}

async fn leave(session: &LinkedSession, iq: &Node, leave: &Node) -> Result<(), IqError> {
    let mut answers = Vec::new();
    for named in leave.nodes() {
        let Some(group) = named.jid("id") else {
            return Err(IqError::BAD_REQUEST);
        };
        let left = session.server.groups.change(&session.cell, &group.user, Change::Leave).await;
        let mut answer = NodeBuilder::new("group").attr("id", group);
        if let Err(error) = left {
            answer = answer.attr("error", IqError::from(error).code.to_string());
        }
        answers.push(answer.build());
    }
    session.reply(iq, vec![NodeBuilder::new("leave").children(answers).build()]);
    Ok(())
}

async fn change(session: &LinkedSession, iq: &Node, id: &str, asked: &Node) -> Result<(), IqError> {
    let change = read_change(asked)?;
    let answers_code = matches!(change, Change::NewInvite);
    let (group, outcomes) = session.server.groups.change(&session.cell, id, change).await?;
    if answers_code {
        session.reply(iq, vec![invite(&group)]);
    } else if outcomes.is_empty() {
        session.reply(iq, Vec::new());
    } else {
        let people = outcomes.iter().map(|outcome| outcome.node(group.by_lid));
        let tag = asked.tag.to_string();
        let answer = NodeBuilder::new_dynamic(tag).children(people.collect::<Vec<_>>());
        session.reply(iq, vec![answer.build()]);
    }
    Ok(())
}

fn read_change(asked: &Node) -> Result<Change, IqError> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| IqError::BAD_REQUEST);
    Ok(match asked.tag.as_ref() {
        "add" => Change::Members(MemberChange::Add, people(asked)),
        "remove" => Change::Members(MemberChange::Remove, people(asked)),
        "promote" => Change::Members(MemberChange::Promote, people(asked)),
        "demote" => Change::Members(MemberChange::Demote, people(asked)),
        "subject" => Change::Subject(text(asked.content())?),
        "description" => Change::Description {
            id: asked.text("id").into_owned(),
            previous: asked.attrs.get("prev").map(|previous| previous.as_str().into_owned()),
            text: match asked.text("delete").as_ref() {
                "true" => None,
                _ => Some(text(asked.child_content("body"))?),
            },
        },
        "announcement" => Change::Announce(true),
        "not_announcement" => Change::Announce(false),
        "locked" => Change::Locked(true),
        "unlocked" => Change::Locked(false),
        "ephemeral" => Change::Ephemeral(seconds(asked).ok_or(IqError::BAD_REQUEST)?),
        "not_ephemeral" => Change::Ephemeral(0),
        "member_add_mode" => Change::AdminsAdd(asked.content() == b"admin_add"),
        "invite" => Change::NewInvite,
        _ => return Err(IqError::NOT_IMPLEMENTED),
    })
}

impl From<GroupError> for IqError {
    fn from(error: GroupError) -> Self {
        match error {
            GroupError::NotFound => Self::ITEM_NOT_FOUND,
            GroupError::NotMember => Self::new(403, "forbidden"),
            GroupError::NotAdmin => Self::new(401, "not-authorized"),
            GroupError::Invalid => Self::NOT_ACCEPTABLE,
            GroupError::Conflict => Self::new(409, "conflict"),
            GroupError::Gone => Self::new(410, "gone"),
            GroupError::Full => Self::new(419, "resource-limit"),
            GroupError::Failed => Self::INTERNAL,
        }
    }
}
