//! Messages that the account's owner sends from the phone, and what happens there.

use serde_json::json;

use super::{Talk, ann, ben};
use crate::stage::ANN;

#[tokio::test]
async fn what_the_owner_sends_from_the_phone_is_told() {
    let talk = Talk::start().await;
    let id = talk.phone_sends(ANN, &ben(), json!({"kind": "text", "text": "from the phone"})).await;
    let told = talk.told("outgoingMessageReceived").await;
    assert_eq!(told["idMessage"], id.as_str());
    assert_eq!(told["senderData"]["chatId"], ben());
    assert_eq!(told["senderData"]["sender"], ann());
    let expected = json!({
        "typeMessage": "textMessage", "textMessageData": {"textMessage": "from the phone"}
    });
    assert_eq!(told["messageData"], expected);
    let row = talk.api.post("getMessage", json!({"chatId": ben(), "idMessage": id})).await;
    assert_eq!((&row["type"], &row["sendByApi"]), (&json!("outgoing"), &json!(false)));
}

#[tokio::test]
async fn votes_reactions_edits_and_deletions_of_the_owner_are_told() {
    let talk = Talk::start().await;
    let poll = json!({"kind": "poll", "name": "Drinks?", "options": ["Tea", "Coffee"]});
    let poll = talk.ben_sends(poll).await;
    talk.told("incomingMessageReceived").await;
    let vote = json!({"kind": "pollVote", "targetId": poll, "options": ["Tea"]});
    talk.phone_sends(ANN, &ben(), vote).await;
    let told = talk.told("outgoingMessageReceived").await;
    let data = &told["messageData"]["pollMessageData"];
    assert_eq!(data["votes"][0]["optionVoters"], json!([ann()]), "{told}");
    let reaction = json!({"kind": "reaction", "targetId": poll, "text": "👍"});
    talk.phone_sends(ANN, &ben(), reaction).await;
    let told = talk.told("outgoingMessageReceived").await;
    assert_eq!(told["messageData"]["extendedTextMessageData"]["text"], "👍");
    assert_eq!(told["messageData"]["quotedMessage"]["participant"], ben());
    let id = talk.phone_sends(ANN, &ben(), json!({"kind": "text", "text": "one"})).await;
    talk.told("outgoingMessageReceived").await;
    let edit = json!({"kind": "edit", "targetId": id, "text": "two"});
    talk.phone_sends(ANN, &ben(), edit).await;
    let told = talk.told("outgoingMessageReceived").await;
    assert_eq!(told["messageData"]["editedMessageData"]["textMessage"], "two");
    talk.phone_sends(ANN, &ben(), json!({"kind": "delete", "targetId": id})).await;
    let told = talk.told("outgoingMessageReceived").await;
    assert_eq!(told["messageData"]["deletedMessageData"]["stanzaId"], id.as_str());
}
