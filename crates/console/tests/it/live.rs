//! Pages that follow their instance.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use futures::StreamExt as _;

use crate::site::{Site, ann, request};

const PATIENCE: Duration = Duration::from_secs(5);

/// The event stream of a page.
pub struct Stream {
    body: BodyDataStream,
    text: String,
}

impl Stream {
    pub async fn open(site: &Site, path: &str, headers: &[(&str, &str)]) -> Self {
        let response = site.send(request(Method::GET, path, headers, Body::empty())).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { body: response.into_body().into_data_stream(), text: String::new() }
    }

    /// Reads until the stream has said it; returns the line.
    pub async fn until_line(&mut self, wanted: &str) -> String {
        let found = tokio::time::timeout(PATIENCE, async {
            loop {
                let line = self.text.split_inclusive('\n').find(|line| line.contains(wanted));
                if let Some(line) = line.filter(|line| line.ends_with('\n')) {
                    return line.to_owned();
                }
                let chunk = self.body.next().await.unwrap().unwrap();
                self.text += std::str::from_utf8(&chunk).unwrap();
            }
        });
        found.await.unwrap_or_else(|_| panic!("no '{wanted}' in time: {}", self.text))
    }

    /// Reads until the stream has said it.
    pub async fn until(&mut self, wanted: &str) {
        let found = tokio::time::timeout(PATIENCE, async {
            while !self.text.contains(wanted) {
                match self.body.next().await {
                    Some(chunk) => self.text += std::str::from_utf8(&chunk.unwrap()).unwrap(),
                    None => panic!("the stream ended without '{wanted}': {}", self.text),
                }
            }
        });
        assert!(found.await.is_ok(), "no '{wanted}' in time: {}", self.text);
        self.text.clear();
    }

    /// Waits until the server has closed the stream.
    pub async fn ended(mut self) {
        let ended = async { while self.body.next().await.is_some() {} };
        assert!(tokio::time::timeout(PATIENCE, ended).await.is_ok(), "the stream is still open");
    }
}

fn events(instance: &siskin_fleet::Instance) -> String {
    format!("/qr-page/{}/{}/events", instance.id(), instance.token().expose())
}

#[tokio::test]
async fn an_open_page_wakes_the_instance_and_follows_it_until_it_is_linked() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let mut stream = Stream::open(&site, &events(&instance), &[]).await;
    let session = site.engine.opened().await;
    session.show_qr("2@first", Duration::from_secs(60)).await;
    stream.until("data:image/svg+xml;base64,").await;
    session.show_qr("2@second", Duration::from_secs(20)).await;
    stream.until("data:image/svg+xml;base64,").await;
    session.link(&ann()).await;
    stream.until("Your phone is linked").await;
}

#[tokio::test]
async fn a_page_that_is_closed_stops_asking() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let stream = Stream::open(&site, &events(&instance), &[]).await;
    let session = site.engine.opened().await;
    drop(stream);
    // While somebody asks, an exhausted session is replaced; the last code stays scannable
    // for a while, so the time is what has to pass.
    tokio::time::pause();
    tokio::time::timeout(Duration::from_secs(600), session.closed()).await.unwrap();
}

#[tokio::test]
async fn what_the_sandbox_gives_to_a_page_is_kept_from_others() {
    for (site, given) in [(Site::new().await, false), (Site::sandbox().await, true)] {
        let instance = site.instance("shop").await;
        let mut stream = Stream::open(&site, &events(&instance), &[]).await;
        let session = site.engine.opened().await;
        session.show_qr("2@secret", Duration::from_secs(60)).await;
        stream.until("Waiting for your phone").await;
        let page = site.get(&crate::site::qr_page(&instance), &[]).await;
        assert_eq!(page.text.contains("data-qr-text=\"2@secret\""), given);
        assert_eq!(page.text.contains("/sandbox/phones"), given);
    }
}

#[tokio::test]
async fn a_new_token_ends_the_pages_of_the_old_one() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let mut stream = Stream::open(&site, &events(&instance), &[]).await;
    let session = site.engine.opened().await;
    instance.new_token().await.unwrap();
    session.show_qr("2@later", Duration::from_secs(60)).await;
    stream.until("event: reload").await;
    stream.ended().await;
}

#[tokio::test]
async fn a_deleted_instance_says_so_and_ends_the_stream() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let id = instance.id();
    let mut stream = Stream::open(&site, &events(&instance), &[]).await;
    site.engine.opened().await;
    drop(instance);
    site.fleet.delete(id).await.unwrap();
    stream.until("This instance no longer exists").await;
    stream.ended().await;
}

#[tokio::test]
async fn streams_end_when_the_gateway_stops() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let stream = Stream::open(&site, &events(&instance), &[]).await;
    site.fleet.stopping().cancel();
    stream.ended().await;
}

#[tokio::test]
async fn the_list_follows_every_instance_on_it() {
    let site = Site::new().await;
    let admin = site.sign_in().await;
    let instance = site.instance("shop").await;
    let mut stream = Stream::open(&site, "/console/events", &admin.headers()).await;
    stream.until("Not linked").await;
    let _viewer = instance.view_qr();
    let session = site.engine.opened().await;
    session.link(&ann()).await;
    stream.until("Online").await;
}

#[tokio::test]
async fn a_stream_of_the_console_needs_the_session() {
    let site = Site::new().await;
    let instance = site.instance("shop").await;
    let path = format!("/console/instances/{}/events", instance.id());
    assert_eq!(site.get(&path, &[]).await.status, 303);
    assert_eq!(site.get("/console/events", &[]).await.status, 303);
}
