//! Hostile phones name places for their files that lead elsewhere than to WhatsApp.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use siskin_testkit::eventually;

use super::{Talk, ben, png};
use crate::stage::{ANN, PATIENCE, Stage, http};

/// What a direct path can begin with so that the host before it is not the host any more.
const ASTRAY: [&str; 6] =
    ["@evil.test", ".evil.test", "/", "//evil.test", ":x@evil.test", "\\@evil.test"];

fn picture() -> Value {
    let data = BASE64_STANDARD.encode(png(40, 30));
    json!({"kind": "image", "mimeType": "image/png", "data": data, "caption": "Look"})
}

impl Talk {
    async fn paths_begin_with(&self, prefix: Option<&str>) {
        self.phones.fault(json!({ "directPathPrefix": prefix })).await;
    }

    /// Whom the gateway has called beside WhatsApp, with the simulator in their place.
    async fn called_astray(&self) -> Value {
        self.phones.get("network").await["foreignHosts"].clone()
    }
}

fn url_of(told: &Value) -> &str {
    told["messageData"]["fileMessageData"]["downloadUrl"].as_str().unwrap()
}

/// The status and the text at an address; waits as any caller does.
async fn at(url: &str) -> (u16, String) {
    let answer = http().get(url).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn a_file_whose_path_leads_to_another_host_is_told_and_nobody_is_called() {
    let talk = Talk::start().await;
    for prefix in ASTRAY {
        talk.paths_begin_with(Some(prefix)).await;
        let id = talk.ben_sends(picture()).await;
        let told = talk.told("incomingMessageReceived").await;
        assert_eq!(told["idMessage"], id.as_str());
        assert_eq!(told["messageData"]["fileMessageData"]["caption"], "Look");
        assert_eq!(at(url_of(&told)).await, (404, "file not found".to_owned()), "{prefix}");
        let wanted = json!({"chatId": ben(), "idMessage": id});
        let (status, text) = talk.api.refused("downloadFile", wanted).await;
        assert_ne!(status, 200, "{prefix}: {text}");
    }
    assert_eq!(talk.called_astray().await, json!({}));
    talk.paths_begin_with(None).await;
    talk.ben_sends(picture()).await;
    let told = talk.told("incomingMessageReceived").await;
    assert_eq!(talk.api.download(url_of(&told)).await.1, png(40, 30));
}

#[tokio::test]
async fn a_phone_that_is_asked_for_a_lost_file_cannot_name_another_host() {
    let talk = Talk::start().await;
    talk.phones.fault(json!({"mediaFault": {"kind": "unavailable"}})).await;
    talk.ben_sends(picture()).await;
    let told = talk.told("incomingMessageReceived").await;
    talk.phones.fault(json!({"expireMedia": {}, "mediaFault": null})).await;
    talk.paths_begin_with(Some("@evil.test")).await;
    // A new connection tries again at once.
    talk.phones.fault(json!({"phone": ANN, "disconnect": true})).await;
    let look = async || {
        let (status, text) = at(url_of(&told)).await;
        anyhow::ensure!(status == 404 && text == "file not found", "{status}: {text}");
        Ok(())
    };
    eventually("the file to be given up", PATIENCE, look).await.unwrap();
    assert_eq!(talk.called_astray().await, json!({}));
}

#[tokio::test]
async fn a_history_cannot_lead_to_another_host() {
    let stage = Stage::start().await;
    let (api, phones) = (stage.api(), stage.phones());
    let talk = Talk { stage, api, phones };
    talk.paths_begin_with(Some("@evil.test")).await;
    let id = talk.ben_sends(picture()).await;
    // So long that the history does not fit into a message and is a file itself.
    let mut long = String::new();
    for number in 0_u64..20_000 {
        long.push_str(&format!("{:x} ", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
    }
    talk.ben_sends(json!({"kind": "text", "text": long})).await;
    talk.api.link(&talk.phones, ANN).await;
    let later = talk.ben_sends(json!({"kind": "text", "text": "later"})).await;
    assert_eq!(talk.told("incomingMessageReceived").await["idMessage"], later.as_str());
    assert_eq!(talk.called_astray().await, json!({}));
    // Linked again, the history comes; what it says of the file is not believed.
    talk.paths_begin_with(None).await;
    talk.api.get("logout").await;
    talk.api.until_state("notAuthorized").await;
    talk.api.link(&talk.phones, ANN).await;
    let wanted = json!({"chatId": ben(), "idMessage": id});
    let look = async || {
        let (status, text) = talk.api.refused("getMessage", wanted.clone()).await;
        anyhow::ensure!(status == 200, "{status}: {text}");
        Ok(())
    };
    eventually("the message of the history", PATIENCE, look).await.unwrap();
    let refused = talk.api.refused("downloadFile", wanted.clone()).await;
    assert_eq!(refused, (400, "file not found".to_owned()));
    assert_eq!(talk.called_astray().await, json!({}));
}

#[tokio::test]
async fn a_file_for_which_the_hosts_name_another_host_is_not_sent() {
    let talk = Talk::start().await;
    talk.paths_begin_with(Some("@evil.test")).await;
    let sent = talk.api.upload(&[("chatId", &ben())], "dot.png", png(40, 30)).await;
    let id = sent["idMessage"].as_str().unwrap();
    assert_eq!(talk.status_of(id).await, "failed");
    let seen = talk.phones.get(&format!("phones/{}/messages?id={id}", crate::stage::BEN)).await;
    assert_eq!((seen, talk.called_astray().await), (json!([]), json!({})));
}
