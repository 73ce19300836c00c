use siskin_model::message::{Command, Deleted, Edited, Outgoing, Quoted};
use siskin_model::{Body, Content};

use siskin_fleet::port::{Parts, SendError};

/// What a scripted session makes of a command: enough for the fleet's own tests.
pub(super) fn body_of(outgoing: &Outgoing, parts: Parts) -> Result<Body, SendError> {
    let source = parts.source.map(|source| source.body.content);
    let content = match &outgoing.command {
        Command::Forward { .. } => source,
        Command::Edit { target, text } => {
            let (target, text) = (target.clone(), text.clone());
            Some(Content::Edited(Edited { target, text, is_caption: false }))
        }
        Command::Delete { target, .. } => {
            Some(Content::Deleted(Deleted { target: target.clone() }))
        }
        command => command.content(),
    };
    let content = content.ok_or_else(|| SendError::Impossible("nothing to forward".to_owned()))?;
    let quoted = parts.quoted.map(|quoted| Quoted {
        id: quoted.id,
        participant: quoted.sender,
        content: Some(Box::new(quoted.body.content)),
    });
    Ok(Body { quoted, ..Body::new(content) })
}
