//! An instance, with the part of the engine played by the test.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use siskin_fleet::port::Received;
use siskin_fleet::{Fleet, Instance, MessageError, Pacing, Setup, Shown, new_message_id};
use siskin_fleet_testing::{ScriptedEngine, ScriptedSession, setup};
use siskin_green_api::{Settings, journal};
use siskin_model::message::{Command, Outgoing, Preview, Text, Typing};
use siskin_model::{
    Account, Address, Body, ChatId, Content, InstanceState, Message, MessageId, UnixMillis,
};
use siskin_store::Notifications as _;
use siskin_store_testing::MemoryStore;

pub const PATIENCE: Duration = Duration::from_secs(600);

pub struct Stage {
    pub store: Arc<MemoryStore>,
    pub engine: Arc<ScriptedEngine>,
    pub fleet: Arc<Fleet>,
    pub instance: Arc<Instance>,
}

pub fn chat(text: &str) -> ChatId {
    ChatId::parse(text).unwrap()
}

pub fn bea() -> ChatId {
    chat("15550100002@c.us")
}

pub fn account() -> Account {
    let phone = "15550100001".parse().unwrap();
    Account { phone, device: 1, lid: Some("900".into()), push_name: "Ann".into() }
}

pub async fn stage_with(pacing: Pacing) -> Stage {
    stage_of(|setup| setup.pacing = pacing).await
}

/// A stage with something else than what tests mostly have.
pub async fn stage_of(change: impl FnOnce(&mut Setup)) -> Stage {
    let (store, engine) = (Arc::new(MemoryStore::default()), ScriptedEngine::new());
    let mut setup = setup(store.clone(), engine.clone(), Pacing::Off);
    change(&mut setup);
    let fleet = Fleet::start(setup).await.unwrap();
    let instance = fleet.create("Shop".into(), Settings::for_people()).await.unwrap();
    Stage { store, engine, fleet, instance }
}

pub async fn stage() -> Stage {
    stage_with(Pacing::Off).await
}

pub fn text(text: &str) -> Body {
    Body::new(Content::Text(Text { text: text.to_owned(), is_template: false }))
}

pub fn received(id: &str, body: Body) -> Received {
    Received {
        chat: Address::new(bea()),
        sender: Address::new(bea()),
        from_me: false,
        id: MessageId::from_text(id),
        at: UnixMillis(1_780_000_000_000),
        push_name: "Bea".into(),
        body,
        raw: id.as_bytes().to_vec(),
        file_size: None,
        status: None,
        by_admin: false,
    }
}

/// The first rows of a chat, the newest first.
pub async fn rows(stage: &Stage, chat: &ChatId) -> Vec<Value> {
    drawn(&stage.instance.chat_rows(chat, 10).await.unwrap().next().await.unwrap())
}

/// Messages as the API shows them.
pub fn drawn(shown: &Shown<Message>) -> Vec<Value> {
    let names = &shown.names;
    let row = |message| names.draw(|view| journal::message(message, &names.sender(message), view));
    shown.entries.iter().map(row).collect()
}

/// A message as the API shows it.
pub async fn row_of(stage: &Stage, chat: &ChatId, id: &MessageId) -> Option<Value> {
    drawn(&stage.instance.message_row(chat, id).await.unwrap()).pop()
}

impl Stage {
    pub async fn linked(&self) -> ScriptedSession {
        self.linked_to(&[]).await
    }

    /// The same, to a network that knows numbers by other spellings.
    pub async fn linked_to(&self, spellings: &[(&ChatId, &ChatId)]) -> ScriptedSession {
        let viewer = self.instance.view_qr();
        let session = self.engine.opened().await;
        for (spelled, account) in spellings {
            session.spelled((*spelled).clone(), (*account).clone());
        }
        session.show_qr("code", Duration::from_secs(60)).await;
        self.log_in(&session).await;
        drop(viewer);
        self.told().await;
        session
    }

    pub async fn log_in(&self, session: &ScriptedSession) {
        session.link(&account()).await;
        let mut link = self.instance.link();
        let waiting = link.wait_for(|link| link.state() == InstanceState::Authorized);
        tokio::time::timeout(PATIENCE, waiting).await.expect("never authorized").unwrap();
    }

    pub async fn set(&self, settings: Value) {
        let Value::Object(changes): Value = settings else { panic!("settings are an object") };
        let changes: Map<String, Value> = changes;
        self.instance.change_settings(&changes).await.unwrap();
    }

    /// What the owner was told, in order; taken out of the log.
    pub async fn told(&self) -> Vec<Value> {
        let mut told = Vec::new();
        let id = self.instance.id();
        while let Some(logged) = self.store.oldest(id, UnixMillis(0)).await.unwrap() {
            self.store.remove(id, logged.receipt).await.unwrap();
            told.push(logged.notification.body);
        }
        told
    }

    /// The next thing that the owner is told.
    pub async fn next_told(&self) -> Value {
        let mut changes = self.instance.log_changes();
        let next = async {
            loop {
                changes.mark_unchanged();
                let id = self.instance.id();
                if let Some(logged) = self.store.oldest(id, UnixMillis(0)).await.unwrap() {
                    self.store.remove(id, logged.receipt).await.unwrap();
                    return logged.notification.body;
                }
                changes.changed().await.unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, next).await.expect("nothing was told")
    }

    pub async fn accept(&self, command: Command) -> MessageId {
        self.accept_for(bea(), command, None).await
    }

    pub async fn accept_for(
        &self,
        chat: ChatId,
        command: Command,
        typing: Option<Typing>,
    ) -> MessageId {
        self.try_accept_for(chat, command, typing).await.unwrap()
    }

    async fn try_accept_for(
        &self,
        chat: ChatId,
        command: Command,
        typing: Option<Typing>,
    ) -> Result<MessageId, MessageError> {
        let id = new_message_id();
        let outgoing = Outgoing {
            id: id.clone(),
            chat,
            command,
            quoted: None,
            typing,
            method: "sendMessage".into(),
            request: json!({}),
            batch: None,
            accepted: self.fleet.clock().now(),
        };
        self.instance.accept(vec![outgoing]).await?;
        Ok(id)
    }

    pub async fn try_send_text(&self, text: &str) -> Result<MessageId, MessageError> {
        let command = Command::Text { text: text.into(), preview: Preview::Off };
        self.try_accept_for(bea(), command, None).await
    }

    pub async fn send_text(&self, text: &str) -> MessageId {
        self.accept(Command::Text { text: text.into(), preview: Preview::Off }).await
    }
}
