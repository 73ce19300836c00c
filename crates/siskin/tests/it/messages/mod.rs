//! Messages both ways: the gateway's API on one side, virtual phones on the other.

mod acceptance;
mod as_they_stand;
mod astray;
mod calls;
mod disappearing;
mod file_kinds;
mod file_names;
mod files;
mod forged;
mod groups;
mod hostile_files;
mod incoming;
mod journals;
mod lenient;
mod lid;
mod mentions;
mod outgoing;
mod own_phone;
mod pending;
mod refusals;
mod restart;
mod room;
mod spellings;

use serde_json::Value;
use siskin_testkit::eventually;

use crate::stage::{ANN, Api, BEN, PATIENCE, Phones, Stage, config};

/// An instance linked to Ann's phone, and Ben, who has only a phone.
pub struct Talk {
    pub stage: Stage,
    pub api: Api,
    pub phones: Phones,
}

/// The chat with Ben, as Ann's instance names it.
pub fn ben() -> String {
    format!("{BEN}@c.us")
}

/// The chat with Ann, as Ben's phone names it.
pub fn ann() -> String {
    format!("{ANN}@c.us")
}

impl Talk {
    pub async fn start() -> Self {
        Self::on(Stage::start().await).await
    }

    /// Links the first instance of a stage, which is told everything, to Ann's phone.
    pub async fn on(stage: Stage) -> Self {
        let (api, phones) = (stage.api(), stage.phones());
        api.link(&phones, ANN).await;
        let talk = Self { stage, api, phones };
        talk.told("stateInstanceChanged").await;
        talk
    }

    /// A sandbox whose configuration a scenario changes.
    pub async fn configured(change: impl FnOnce(&mut siskin::config::Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = config(folder.path());
        change(&mut config);
        let flags = crate::stage::flags();
        let sandbox = siskin::sandbox::Sandbox::start(&config, &flags).await.unwrap();
        Self::on(Stage { sandbox, folder }).await
    }

    /// The next notification of a kind; others before it are taken out of the log.
    pub async fn told(&self, kind: &str) -> Value {
        let look = async || {
            while let Some(body) = self.api.next_notification().await {
                if body["typeWebhook"] == kind {
                    return Ok(body);
                }
            }
            anyhow::bail!("the log has no {kind}")
        };
        eventually(kind, PATIENCE, look).await.unwrap()
    }

    /// What the owner is told next of how far a message got.
    pub async fn told_status_of(&self, id: &str) -> Value {
        loop {
            let told = self.told("outgoingMessageStatus").await;
            if told["idMessage"] == id {
                return told;
            }
        }
    }

    /// The next status of a message, in order.
    pub async fn status_of(&self, id: &str) -> String {
        self.told_status_of(id).await["status"].as_str().unwrap().to_owned()
    }

    /// Ben's phone sends something to Ann; its id.
    pub async fn ben_sends(&self, message: Value) -> String {
        self.phone_sends(BEN, &ann(), message).await
    }

    pub async fn phone_sends(&self, phone: &str, chat: &str, mut message: Value) -> String {
        message["chatId"] = chat.into();
        let path = format!("phones/{phone}/messages");
        let (status, answer) = self.phones.post(&path, message).await;
        assert_eq!(status, 200, "{answer}");
        answer["id"].as_str().unwrap().to_owned()
    }

    /// What Ben's phone has decrypted under an id; waits for it.
    pub async fn ben_sees(&self, id: &str) -> Value {
        self.phone_sees(BEN, id).await
    }

    pub async fn phone_sees(&self, phone: &str, id: &str) -> Value {
        let rows = self.phones.get(&format!("phones/{phone}/messages?id={id}&wait=60")).await;
        let row = rows.as_array().and_then(|rows| rows.last().cloned());
        row.unwrap_or_else(|| panic!("{phone} never got {id}"))
    }

    /// Sends by a method of the API; the id that it answers.
    pub async fn send(&self, method: &str, body: Value) -> String {
        let answer = self.api.post(method, body).await;
        let id = answer["idMessage"].as_str();
        id.unwrap_or_else(|| panic!("{method} answered {answer}")).to_owned()
    }

    /// What the owner is told of a message that was sent through the API.
    pub async fn told_of_sent(&self, id: &str) -> Value {
        let told = self.told("outgoingAPIMessageReceived").await;
        assert_eq!(told["idMessage"], id);
        told
    }
}

/// A value with what differs between two runs replaced.
pub fn steady(mut value: Value) -> Value {
    fn walk(value: &mut Value) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match name.as_str() {
                        "downloadUrl" => {
                            let ours = member.as_str().is_some_and(|url| url.contains("/files/"));
                            *member = if ours { "<file>".into() } else { member.clone() };
                        }
                        "jpegThumbnail" if member.as_str().is_some_and(|text| text.len() > 40) => {
                            *member = "<picture>".into();
                        }
                        _ => walk(member),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(walk),
            _ => {}
        }
    }
    walk(&mut value);
    value
}

/// A picture of some pixels, as PNG.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y % 256).unwrap(), 128])
    });
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
