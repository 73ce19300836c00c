//! Made-up phones that write to the first instance and hold what it writes: as much of the
//! phone API (docs/sandbox.md) as the pages call.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Path, Query, State};
use axum::response::sse::{Event, Sse};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures::{Stream, StreamExt as _, stream};
use parking_lot::Mutex;
use serde::Deserialize;
use serde_json::{Value, json};
use siskin_fleet::port::{InboxEvent, Received};
use siskin_fleet_testing::{ScriptedSession, Transmitted};
use siskin_model::message::{
    Card, FileContent, FileKind, Location, Poll, PollUpdate, Reaction, Text, Vote,
};
use siskin_model::{Address, Body, ChatId, Content, MessageId, MessageStatus, UnixMillis};
use siskin_store::{Clock as _, SystemClock};
use tokio::sync::broadcast;

pub struct Network {
    /// The account that the phones write to, and the session of its link.
    linked: Mutex<(String, Arc<ScriptedSession>)>,
    /// Number and name of each.
    phones: Mutex<Vec<(String, String)>>,
    rows: Mutex<Vec<(String, Value)>>,
    events: broadcast::Sender<(String, Value)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wanted {
    chat_id: String,
}

pub fn routes(network: Arc<Network>) -> Router {
    Router::new()
        .route("/sandbox/phones", get(phones).post(create))
        .route("/sandbox/phones/{phone}/messages", get(held).post(send))
        .route("/sandbox/phones/{phone}/events", get(events))
        .route("/sandbox/phones/{phone}/chats", get(chats))
        .route("/sandbox/phones/{phone}/read", post(read))
        .route("/sandbox/phones/{phone}/typing", post(typing))
        .with_state(network)
}

impl Network {
    pub fn new(session: ScriptedSession) -> Arc<Self> {
        let (events, _) = broadcast::channel(64);
        let session = Arc::new(session);
        let linked = Mutex::new(("15550100001".to_owned(), session.clone()));
        let phones = [("1", "Ann"), ("2", "Ben"), ("3", "Cleo")];
        let phones = phones.map(|(last, name)| (format!("1555010000{last}"), name.to_owned()));
        let phones = Mutex::new(phones.to_vec());
        let network = Arc::new(Self { linked, phones, rows: Mutex::default(), events });
        tokio::spawn(network.clone().deliver(session));
        network
    }

    /// From now on the phones write to the account that was linked last.
    pub fn attach(self: &Arc<Self>, phone: &str, session: Arc<ScriptedSession>) {
        *self.linked.lock() = (phone.to_owned(), session.clone());
        tokio::spawn(self.clone().deliver(session));
    }

    pub fn session(&self) -> Arc<ScriptedSession> {
        self.linked.lock().1.clone()
    }

    /// The gateway is typing as long as it was asked to show that last.
    fn chats(&self, phone: &str) -> Value {
        let shown = self.session().typing();
        let last = shown.iter().rfind(|(chat, _)| chat.user() == phone);
        let typing = match last {
            Some((_, Some(_))) => json!({ self.own(): "typing" }),
            _ => json!({}),
        };
        json!([{ "chatId": self.own(), "typing": typing }])
    }

    fn name(&self, phone: &str) -> String {
        let phones = self.phones.lock();
        let found = phones.iter().find(|(number, _)| number == phone);
        found.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn own(&self) -> String {
        format!("{}@c.us", self.linked.lock().0)
    }

    /// Whatever the gateway sends arrives at once.
    async fn deliver(self: Arc<Self>, session: Arc<ScriptedSession>) {
        loop {
            let sent = session.transmitted().await;
            session.acknowledge(&sent.id, None).await.unwrap();
            self.step(&sent.chat, &sent.id, MessageStatus::Delivered).await;
            self.hold(sent.chat.user(), arrived(&self.own(), &sent));
        }
    }

    pub async fn step(&self, chat: &ChatId, id: &MessageId, status: MessageStatus) {
        let chat = Address::new(chat.clone());
        let receipt = InboxEvent::Receipt { chat, ids: vec![id.clone()], status, at: now() };
        self.session().inbox().events(vec![receipt]).await.unwrap();
    }

    /// A phone takes a row, or a new form of one.
    fn hold(&self, phone: &str, mut row: Value) {
        let mut rows = self.rows.lock();
        let known = rows.iter_mut().find(|(of, known)| of == phone && known["id"] == row["id"]);
        match known {
            Some((_, known)) => {
                row["seq"] = known["seq"].clone();
                *known = row.clone();
            }
            None => {
                row["seq"] = (rows.len() + 1).into();
                rows.push((phone.to_owned(), row.clone()));
            }
        }
        let _ = self.events.send((phone.to_owned(), row));
    }

    fn row(&self, phone: &str, id: &str) -> Option<Value> {
        let rows = self.rows.lock();
        rows.iter().find(|(of, row)| of == phone && row["id"] == id).map(|(_, row)| row.clone())
    }

    /// A phone sends a message to the gateway.
    pub async fn write(&self, phone: &str, name: &str, message: Value) -> String {
        let id = format!("3A{:030X}", rand::random::<u64>());
        let mut row = message.clone();
        row["id"] = id.clone().into();
        row["from"] = format!("{phone}@c.us").into();
        row["fromMe"] = true.into();
        row["timestamp"] = now().seconds().into();
        row["status"] = "delivered".into();
        self.change(phone, &row);
        self.hold(phone, row);
        let chat = match message["chatId"].as_str() {
            Some(group) if group.ends_with("@g.us") => group.to_owned(),
            _ => format!("{phone}@c.us"),
        };
        let received = Received {
            chat: address(&chat),
            sender: address(&format!("{phone}@c.us")),
            from_me: false,
            id: MessageId::from_text(id.clone()),
            at: now(),
            push_name: name.to_owned(),
            body: Body::new(self.content(phone, &message)),
            raw: vec![1],
            file_size: Some(40_000),
            status: None,
            by_admin: false,
        };
        self.session().inbox().messages(vec![received]).await.unwrap();
        id
    }

    /// Reactions and votes change the row that they are about.
    fn change(&self, phone: &str, row: &Value) {
        let Some(mut target) = row["targetId"].as_str().and_then(|id| self.row(phone, id)) else {
            return;
        };
        match row["kind"].as_str() {
            Some("reaction") => {
                target["reactions"] = json!([{ "from": row["from"], "text": row["text"] }]);
            }
            Some("pollVote") => {
                target["votes"] = json!([{ "from": row["from"], "options": row["options"] }]);
            }
            _ => {}
        }
        self.hold(phone, target);
    }

    fn content(&self, phone: &str, message: &Value) -> Content {
        let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
        let target = MessageId::from_text(text("targetId"));
        let voter = ChatId::parse(&format!("{phone}@c.us")).unwrap();
        let list = |name: &str| -> Vec<String> {
            serde_json::from_value(message[name].clone()).unwrap_or_default()
        };
        match message["kind"].as_str().unwrap_or_default() {
            "image" => Content::File(FileContent {
                kind: FileKind::Image,
                file: None,
                too_large: false,
                caption: text("caption"),
                file_name: "picture.svg".into(),
                mime_type: "image/svg+xml".into(),
                thumbnail: text("thumbnail"),
                is_animated: false,
            }),
            "document" => Content::File(FileContent {
                kind: FileKind::Document,
                file: None,
                too_large: false,
                caption: text("caption"),
                file_name: text("fileName").into(),
                mime_type: "application/pdf".into(),
                thumbnail: String::new(),
                is_animated: false,
            }),
            "location" => Content::Location(Location {
                name: text("name"),
                latitude: message["latitude"].as_f64().unwrap_or_default(),
                longitude: message["longitude"].as_f64().unwrap_or_default(),
                ..Location::default()
            }),
            "contact" => Content::Contact(Card {
                display_name: text("displayName"),
                vcard: format!("BEGIN:VCARD\nTEL:+{}\nEND:VCARD", text("phone")),
            }),
            "poll" => Content::Poll(Poll {
                name: text("name"),
                options: list("options"),
                multiple_answers: message["multipleAnswers"].as_bool().unwrap_or_default(),
            }),
            "reaction" => Content::Reaction(Reaction {
                text: text("text"),
                target,
                participant: ChatId::parse(&self.own()).unwrap(),
            }),
            "pollVote" => Content::PollUpdate(PollUpdate {
                target,
                name: String::new(),
                votes: list("options")
                    .into_iter()
                    .map(|option| Vote { option, voters: vec![voter.clone()] })
                    .collect(),
                multiple_answers: false,
            }),
            _ => Content::Text(Text { text: text("text"), is_template: false }),
        }
    }
}

fn arrived(own: &str, sent: &Transmitted) -> Value {
    let body: Body = serde_json::from_slice(&sent.raw).unwrap();
    let mut row = json!({
        "id": sent.id, "chatId": own, "from": own, "fromMe": false, "status": "received",
        "timestamp": now().seconds(), "kind": "text", "senderName": "Ann Finch",
    });
    match body.content {
        Content::Poll(poll) => {
            row["kind"] = "poll".into();
            row["name"] = poll.name.into();
            row["options"] = json!(poll.options);
        }
        content => row["text"] = content.text().unwrap_or_default().into(),
    }
    row
}

pub fn address(id: &str) -> Address {
    Address::new(ChatId::parse(id).unwrap())
}

pub fn now() -> UnixMillis {
    SystemClock.now()
}

type Shared = State<Arc<Network>>;

async fn phones(State(network): Shared) -> Json<Value> {
    let phones = network.phones.lock();
    let row = |(phone, name): &(String, String)| json!({ "phone": phone, "name": name });
    Json(phones.iter().map(row).collect())
}

async fn create(State(network): Shared, Json(wanted): Json<Value>) -> Json<Value> {
    let mut phones = network.phones.lock();
    let phone = format!("155501{:05}", phones.len() + 1);
    let name = wanted["name"].as_str().unwrap_or("Dora").to_owned();
    phones.push((phone.clone(), name.clone()));
    Json(json!({ "phone": phone, "name": name }))
}

async fn held(
    State(network): Shared,
    Path(phone): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Json<Vec<Value>> {
    let rows = network.rows.lock();
    let is_wanted = |(of, row): &&(String, Value)| *of == phone && row["chatId"] == wanted.chat_id;
    Json(rows.iter().filter(is_wanted).map(|(_, row)| row.clone()).collect())
}

async fn send(
    State(network): Shared,
    Path(phone): Path<String>,
    Json(message): Json<Value>,
) -> Json<Value> {
    let name = network.name(&phone);
    Json(json!({ "id": network.write(&phone, &name, message).await }))
}

/// Rows as they come, and the list of chats whenever it has changed.
async fn events(
    State(network): Shared,
    Path(phone): Path<String>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let rows = stream::unfold(network.events.subscribe(), |mut rows| async move {
        rows.recv().await.ok().map(|row| (row, rows))
    });
    let of = phone.clone();
    let rows = rows.filter_map(move |(other, row)| {
        let row = (other == of).then_some(("message", row));
        async move { row }
    });
    let chats =
        stream::unfold((network, phone, Value::Null), |(network, phone, last)| async move {
            loop {
                let now = network.chats(&phone);
                if now != last {
                    return Some((("chats", now.clone()), (network, phone, now)));
                }
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        });
    let event = |(name, data)| Ok(Event::default().event(name).json_data(data).unwrap());
    Sse::new(stream::select(Box::pin(rows), Box::pin(chats)).map(event))
}

async fn chats(State(network): Shared, Path(phone): Path<String>) -> Json<Value> {
    Json(network.chats(&phone))
}

async fn read(State(network): Shared, Path(phone): Path<String>) -> Json<Value> {
    let chat = ChatId::parse(&format!("{phone}@c.us")).unwrap();
    let mut ids = Vec::new();
    {
        let rows = network.rows.lock();
        let of = rows.iter().filter(|(of, row)| *of == phone && row["fromMe"] == false);
        ids.extend(of.filter_map(|(_, row)| row["id"].as_str().map(MessageId::from_text)));
    }
    for id in &ids {
        network.step(&chat, id, MessageStatus::Read).await;
    }
    Json(json!({ "read": ids }))
}

async fn typing() -> Json<Value> {
    Json(json!({}))
}
