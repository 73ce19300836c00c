//! Rows of the journal for messages of the queue: an accepted message is there from the moment
//! that its id is answered, for all that refers to it.

use siskin_model::message::{Command, Direction, Forwarding, Outgoing, Quoted};
use siskin_model::{Account, Body, Message, MessageStatus, UnixMillis};
use siskin_store::Result;

use crate::journal::Journal;
use crate::people::People;

/// The rows of messages that are being accepted.
pub(super) async fn waiting_rows(
    people: &People,
    journal: &Journal,
    outgoing: &[Outgoing],
) -> Result<Vec<Message>> {
    let account = people.account();
    let mut rows = Vec::with_capacity(outgoing.len());
    for outgoing in outgoing {
        if let Some(body) = body_of(journal, outgoing).await? {
            let at = outgoing.accepted.whole_seconds();
            let status = Some(MessageStatus::Pending);
            rows.push(Message { status, ..own_row(account.as_ref(), outgoing, body, at) });
        }
    }
    Ok(rows)
}

/// A row of the journal for a message of the queue.
pub(super) fn own_row(
    account: Option<&Account>,
    outgoing: &Outgoing,
    body: Body,
    at: UnixMillis,
) -> Message {
    let own = account.map(Account::wid);
    let (chat, id) = (outgoing.chat.clone(), outgoing.id.clone());
    Message::new(chat.clone(), id, own.unwrap_or(chat), Direction::Api, at, body)
}

/// What a message will say, as far as that can be seen when it is accepted. `None`: it says
/// nothing to anybody.
async fn body_of(journal: &Journal, outgoing: &Outgoing) -> Result<Option<Body>> {
    if let Command::Forward { from, message } = &outgoing.command {
        let source = journal.known_message(from, message).await?;
        return Ok(source.map(|source| copy_of(source.body)));
    }
    let Some(content) = outgoing.command.content() else { return Ok(None) };
    let quoted = match &outgoing.quoted {
        Some(id) => journal.known_message(&outgoing.chat, id).await?,
        None => None,
    };
    let quoted = quoted.map(|quoted| Quoted {
        id: quoted.id,
        participant: quoted.sender,
        content: Some(Box::new(quoted.body.content)),
    });
    Ok(Some(Body { quoted, ..Body::new(content) }))
}

/// A forwarded copy answers nothing.
fn copy_of(body: Body) -> Body {
    Body {
        forwarding: Forwarding { is_forwarded: true, ..body.forwarding },
        ..Body::new(body.content)
    }
}
