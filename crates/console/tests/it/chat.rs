//! The chats of an instance on its page.

use std::sync::Arc;
use std::time::Duration;

use siskin_fleet::Instance;
use siskin_fleet::port::{InboxEvent, Received};
use siskin_fleet_testing::ScriptedSession;
use siskin_model::message::{
    ExtendedText, FileContent, FileKind, Poll, PollUpdate, Quoted, Reaction, Text, Vote,
};
use siskin_model::{Address, Body, ChatId, Content, MessageId, MessageStatus, UnixMillis};
use siskin_store::{Clock as _, SystemClock};

use crate::live::Stream;
use crate::site::{Admin, Site, ann, between};

const BEN: &str = "15550100002@c.us";
const GROUP: &str = "120363000000000001@g.us";

/// A linked instance whose page somebody looks at.
struct Scene {
    site: Site,
    admin: Admin,
    instance: Arc<Instance>,
    session: ScriptedSession,
}

impl Scene {
    async fn new(site: Site) -> Self {
        let admin = site.sign_in().await;
        let instance = site.instance("shop").await;
        let viewer = instance.view_qr();
        let session = site.engine.opened().await;
        session.link(&ann()).await;
        let mut link = instance.link();
        let online = link.wait_for(|link| link.phase == siskin_model::Phase::Online);
        tokio::time::timeout(Duration::from_secs(5), online).await.unwrap().unwrap();
        drop(viewer);
        Self { site, admin, instance, session }
    }

    fn path(&self, rest: &str) -> String {
        format!("/console/instances/{}{rest}", self.instance.id())
    }

    async fn page(&self, query: &str) -> String {
        let answer = self.site.get(&self.path(query), &self.admin.headers()).await;
        assert_eq!(answer.status, 200);
        answer.text
    }

    async fn stream(&self, query: &str) -> Stream {
        Stream::open(&self.site, &self.path(&format!("/events{query}")), &self.admin.headers())
            .await
    }

    /// A message arrives.
    async fn comes(&self, id: &str, chat: &str, sender: &str, content: Content) {
        self.comes_as(id, chat, sender, Body::new(content)).await;
    }

    async fn comes_at(&self, id: &str, at: UnixMillis, content: Content) {
        let received = Received { at, ..received(id, BEN, BEN, Body::new(content)) };
        self.session.inbox().messages(vec![received]).await.unwrap();
    }

    async fn comes_as(&self, id: &str, chat: &str, sender: &str, body: Body) {
        let received = received(id, chat, sender, body);
        self.session.inbox().messages(vec![received]).await.unwrap();
    }
}

fn received(id: &str, chat: &str, sender: &str, body: Body) -> Received {
    Received {
        chat: address(chat),
        sender: address(sender),
        from_me: false,
        id: MessageId::from_text(id),
        at: SystemClock.now(),
        push_name: "Ben".to_owned(),
        body,
        raw: vec![1],
        file_size: Some(10),
        status: None,
        by_admin: false,
    }
}

fn address(id: &str) -> Address {
    Address::new(ChatId::parse(id).unwrap())
}

fn text(text: &str) -> Content {
    Content::Text(Text { text: text.to_owned(), is_template: false })
}

fn bubble<'a>(page: &'a str, id: &str) -> &'a str {
    between(page, &format!("data-item=\"{id}\""), "</article>")
}

#[tokio::test]
async fn there_are_no_chats_before_an_account_is_linked() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let id = site.instance("shop").await.id();
    let page = site.get(&format!("/console/instances/{id}"), &admin.headers()).await.text;
    assert!(!page.contains("id=\"chats\"") && page.contains("id=\"notifications\""));
}

#[tokio::test]
async fn a_message_that_comes_appears_without_a_reload() {
    let scene = Scene::new(Site::new().await).await;
    let mut stream = scene.stream("").await;
    stream.until("\"list\":\"notifications\"").await;
    scene.comes("3A01", BEN, BEN, text("Are you open?")).await;
    stream.until("Are you open?").await;
    let page = scene.page("").await;
    assert!(bubble(&page, "3A01").contains("Are you open?"), "{page}");
    assert!(bubble(&page, "3A01").contains("data-spoken=\"Ben: Are you open?\""));
    assert!(page.contains(&format!("data-chat=\"{BEN}\" aria-current=\"true\"")));
}

#[tokio::test]
async fn a_text_is_sent_and_followed_to_the_reader() {
    let scene = Scene::new(Site::new().await).await;
    let mut stream = scene.stream(&format!("?chat={BEN}")).await;
    let form = scene.admin.form(&format!("chat={BEN}&text=Yes%0D%0Auntil+six"));
    let answer = scene.site.post(&scene.path("/chat/text"), &scene.admin.headers(), &form).await;
    assert_eq!(answer.status, 303);
    assert!(answer.headers["location"].to_str().unwrap().ends_with("#chats"));
    let sent = scene.session.transmitted().await;
    assert_eq!(sent.chat.as_str(), BEN);
    let body: Body = serde_json::from_slice(&sent.raw).unwrap();
    assert_eq!(body.content.text(), Some("Yes\nuntil six"));
    scene.session.acknowledge(&sent.id, None).await.unwrap();
    stream.until("tick sent").await;
    for (status, class) in
        [(MessageStatus::Delivered, "tick delivered"), (MessageStatus::Read, "tick read")]
    {
        let (chat, ids, at) = (address(BEN), vec![sent.id.clone()], SystemClock.now());
        let receipt = InboxEvent::Receipt { chat, ids, status, at };
        scene.session.inbox().events(vec![receipt]).await.unwrap();
        stream.until(class).await;
    }
}

#[tokio::test]
async fn a_script_is_told_what_was_wrong_and_the_stream_what_has_changed() {
    let scene = Scene::new(Site::new().await).await;
    let json = [&scene.admin.headers()[..], &[("accept", "application/json")]].concat();
    let form = scene.admin.form(&format!("chat={BEN}&text=Yes"));
    let sent = scene.site.post(&scene.path("/chat/text"), &json, &form).await;
    assert_eq!(sent.status, 200);
    let regions: Vec<serde_json::Value> = serde_json::from_str(&sent.text).unwrap();
    let names: Vec<_> = regions.iter().map(|region| &region["name"]).collect();
    assert_eq!(names, ["composer"]);
    let empty = scene.admin.form(&format!("chat={BEN}&text=+"));
    let refused = scene.site.post(&scene.path("/chat/text"), &json, &empty).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Write something first."), "{}", refused.text);
}

#[tokio::test]
async fn what_cannot_be_sent_is_told_beside_the_text() {
    let scene = Scene::new(Site::new().await).await;
    let long = "x".repeat(20_001);
    for (text, why) in [("", "Write something first."), (&long, "at most 20,000 characters")] {
        let form = scene.admin.form(&format!("chat={BEN}&text={text}"));
        let path = scene.path("/chat/text");
        let answer = scene.site.post(&path, &scene.admin.headers(), &form).await;
        assert_eq!(answer.status, 422);
        assert!(between(&answer.text, "id=\"message-wrong\"", "</p>").contains(why));
        assert!(answer.text.contains(&format!("{text}</textarea>")));
    }
    assert_eq!(scene.instance.queue_length().await.unwrap(), 0);
    let nowhere = scene.admin.form("chat=nobody&text=x");
    let answer = scene.site.post(&scene.path("/chat/text"), &scene.admin.headers(), &nowhere).await;
    assert_eq!(answer.status, 404);
}

#[tokio::test]
async fn a_refused_message_says_why() {
    let scene = Scene::new(Site::new().await).await;
    let form = scene.admin.form(&format!("chat={BEN}&text=Yes"));
    scene.site.post(&scene.path("/chat/text"), &scene.admin.headers(), &form).await;
    let sent = scene.session.transmitted().await;
    let refused = siskin_fleet::port::Refused::Other("479".to_owned());
    scene.session.acknowledge(&sent.id, Some(refused)).await.unwrap();
    let page = scene.page(&format!("?chat={BEN}")).await;
    let bubble = bubble(&page, sent.id.as_str());
    assert!(bubble.contains("tick failed") && bubble.contains("Not sent"), "{bubble}");
}

#[tokio::test]
async fn strangers_cannot_bring_markup_into_the_page() {
    let scene = Scene::new(Site::new().await).await;
    let hostile = "<script>alert(1)</script>\"'><img src=x>";
    scene.comes("3A01", BEN, BEN, text(hostile)).await;
    let file = FileContent {
        kind: FileKind::Document,
        file: None,
        too_large: false,
        caption: hostile.to_owned(),
        file_name: "invoice\u{202e}fdp.exe".into(),
        mime_type: hostile.into(),
        thumbnail: hostile.to_owned(),
        is_animated: false,
    };
    scene.comes("3A02", BEN, BEN, Content::File(file)).await;
    let link = ExtendedText {
        text: hostile.to_owned(),
        title: hostile.to_owned(),
        description: hostile.to_owned(),
        thumbnail: hostile.to_owned(),
        ..ExtendedText::default()
    };
    scene.comes("3A03", BEN, BEN, Content::ExtendedText(link)).await;
    let page = scene.page("").await;
    assert!(!page.contains("<script>alert") && !page.contains("<img src=x>"), "{page}");
    let name = between(&page, "download><bdi>", "</bdi>");
    assert_eq!(name, "invoicefdp.exe");
}

#[tokio::test]
async fn files_are_taken_from_the_host_that_the_reader_came_by() {
    let scene = Scene::new(Site::new().await).await;
    let file = FileContent {
        kind: FileKind::Image,
        file: None,
        too_large: false,
        caption: "The beach".to_owned(),
        file_name: "beach.jpg".into(),
        mime_type: "image/jpeg".into(),
        thumbnail: String::new(),
        is_animated: false,
    };
    scene.comes("3A01", BEN, BEN, Content::File(file)).await;
    let page = scene.page("").await;
    let source = between(bubble(&page, "3A01"), "<img src=\"", "\"");
    assert!(source.starts_with(&format!("/files/{}/", scene.instance.id())), "{source}");
    assert!(source.ends_with("/beach.jpg"), "{source}");
}

#[tokio::test]
async fn reactions_votes_and_quotes_are_shown_with_what_they_are_about() {
    let scene = Scene::new(Site::new().await).await;
    scene.comes("3A01", GROUP, BEN, text("Who is in?")).await;
    let participant = ChatId::parse(BEN).unwrap();
    let target = MessageId::from_text("3A01");
    let reaction = Reaction { text: "👍".to_owned(), target: target.clone(), participant };
    scene.comes("3A02", GROUP, "15550100003@c.us", Content::Reaction(reaction)).await;
    let options = vec!["Yes".to_owned(), "No".to_owned()];
    let poll = Poll { name: "Saturday?".to_owned(), options, multiple_answers: false };
    scene.comes("3A03", GROUP, BEN, Content::Poll(poll)).await;
    let voter = ChatId::parse(BEN).unwrap();
    let vote = PollUpdate {
        target: MessageId::from_text("3A03"),
        name: String::new(),
        votes: vec![
            Vote { option: "Yes".to_owned(), voters: vec![voter.clone()] },
            Vote { option: "No".to_owned(), voters: Vec::new() },
        ],
        multiple_answers: false,
    };
    scene.comes("3A04", GROUP, BEN, Content::PollUpdate(vote)).await;
    let content = Some(Box::new(text("Who is in?")));
    let quoted = Some(Quoted { id: target, participant: voter, content });
    let answer = Body { quoted, ..Body::new(text("I am")) };
    scene.comes_as("3A05", GROUP, "15550100003@c.us", answer).await;

    let page = scene.page("").await;
    let first = bubble(&page, "3A01");
    assert!(first.contains("👍") && first.contains("class=\"author\"><bdi>Ben</bdi>"), "{first}");
    let poll = bubble(&page, "3A03");
    assert!(between(poll, ">Yes</span>", "</b>").contains("tally\">1"), "{poll}");
    assert!(between(poll, ">No</span>", "</b>").contains("tally\">0"), "{poll}");
    assert!(between(bubble(&page, "3A05"), "<blockquote", "</blockquote>").contains("Who is in?"));
    assert!(!page.contains("data-item=\"3A02\"") && !page.contains("data-item=\"3A04\""));
}

#[tokio::test]
async fn an_edit_changes_the_bubble_and_a_deletion_empties_it() {
    use siskin_model::message::{Deleted, Edited};
    let scene = Scene::new(Site::new().await).await;
    let target = MessageId::from_text("3A01");
    scene.comes("3A01", BEN, BEN, text("Helo")).await;
    let edited = Edited { target: target.clone(), text: "Hello".to_owned(), is_caption: false };
    scene.comes("3A02", BEN, BEN, Content::Edited(edited)).await;
    let page = scene.page("").await;
    assert!(bubble(&page, "3A01").contains(">Hello</p>"));
    assert!(bubble(&page, "3A01").contains("Edited"));
    scene.comes("3A03", BEN, BEN, Content::Deleted(Deleted { target })).await;
    let page = scene.page("").await;
    let gone = bubble(&page, "3A01");
    assert!(gone.contains("This message was deleted") && !gone.contains(">Hello</p>"), "{gone}");
}

#[tokio::test]
async fn only_the_newest_messages_are_shown() {
    let scene = Scene::new(Site::new().await).await;
    for number in 0..60 {
        scene.comes(&format!("3A{number:02}"), BEN, BEN, text(&format!("number {number}."))).await;
    }
    let page = scene.page("").await;
    assert_eq!(page.matches("<article").count(), 50);
    assert!(page.contains("number 59.") && !page.contains("number 9."));
}

#[tokio::test]
async fn of_messages_of_the_same_second_the_last_one_stands_in_the_list() {
    let scene = Scene::new(Site::new().await).await;
    let mut stream = scene.stream("").await;
    let second = UnixMillis(SystemClock.now().seconds() * 1000);
    for (id, said) in [("3A01", "Are you there?"), ("3A02", "Hello?"), ("3A03", "Bye")] {
        scene.comes_at(id, second, text(said)).await;
        stream.until(&format!("<bdi>{said}</bdi>").replace('"', "\\\"")).await;
    }
    let page = scene.page("").await;
    assert!(between(&page, "class=\"last", "</a>").contains("Bye"));
}

#[tokio::test]
async fn a_number_is_written_to_as_people_type_it() {
    let scene = Scene::new(Site::new().await).await;
    let page = scene.page("?to=%2B1+%28555%29+010-0002").await;
    assert!(page.contains(&format!("name=\"chat\" value=\"{BEN}\"")));
    let nobody = scene.page("?to=nobody").await;
    assert!(!nobody.contains("name=\"chat\""));
}

#[tokio::test]
async fn a_chat_is_marked_read_and_the_other_side_sees_typing() {
    let scene = Scene::new(Site::new().await).await;
    scene.comes("3A01", BEN, BEN, text("Hello")).await;
    let form = scene.admin.form(&format!("chat={BEN}"));
    for action in ["read", "typing"] {
        let path = scene.path(&format!("/chat/{action}"));
        let answer = scene.site.post(&path, &scene.admin.headers(), &form).await;
        assert!(answer.status.is_success() || answer.status == 303, "{action}");
    }
    assert_eq!(scene.session.read(), [MessageId::from_text("3A01")]);
    let typing = scene.session.typing();
    assert!(matches!(&typing[..], [(chat, Some(_))] if chat.as_str() == BEN), "{typing:?}");
}

#[tokio::test]
async fn the_phone_at_the_other_end_is_there_only_in_a_sandbox() {
    for (site, given) in [(Site::new().await, false), (Site::sandbox().await, true)] {
        let scene = Scene::new(site).await;
        scene.comes("3A01", BEN, BEN, text("Hello")).await;
        assert_eq!(scene.page("").await.contains("data-handset"), given);
    }
}

#[tokio::test]
async fn actions_in_a_chat_need_the_session_and_its_proof() {
    let scene = Scene::new(Site::new().await).await;
    for action in ["text", "read", "typing"] {
        let path = scene.path(&format!("/chat/{action}"));
        let form = format!("chat={BEN}&text=x");
        assert_eq!(scene.site.post(&path, &[], &form).await.status, 303, "{action}");
        let forged = scene.site.post(&path, &scene.admin.headers(), &form).await;
        assert_eq!(forged.status, 403, "{action}");
    }
    assert_eq!(scene.instance.queue_length().await.unwrap(), 0);
}

/// What comes in has a time of whole seconds, what goes out one of milliseconds.
#[tokio::test]
async fn an_answer_of_the_same_second_stands_below_what_it_answers() {
    let scene = Scene::new(Site::new().await).await;
    let mut stream = scene.stream(&format!("?chat={BEN}")).await;
    let form = scene.admin.form(&format!("chat={BEN}&text=First"));
    scene.site.post(&scene.path("/chat/text"), &scene.admin.headers(), &form).await;
    let sent = scene.session.transmitted().await;
    scene.session.acknowledge(&sent.id, None).await.unwrap();
    stream.until("tick sent").await;
    let started = UnixMillis(SystemClock.now().0 - 999);
    scene.comes_at("3A01", started, text("Second")).await;
    let update = stream.until_line(">Second</p>").await;
    assert!(update.find(sent.id.as_str()) < update.find("3A01"), "{update}");
}
