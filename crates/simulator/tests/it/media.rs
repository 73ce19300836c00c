//! The media hosts: files go up and come down, whatever happens on the way.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek as _, SeekFrom};
use std::path::PathBuf;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use siskin_simulator::{
    ExpireMedia, Faults, MediaDirection, MediaFault, MediaFaultKind, MediaRetryAnswer, phone_api,
};
use tower::ServiceExt as _;
use wacore::download::MediaType;
use wacore::media_retry::MediaRetryResult;
use wacore::net::HttpRequest;
use wacore::upload::{UploadSource, encrypt_media_streaming};
use wacore_binary::Jid;
use waproto::whatsapp as wa;
use whatsapp_rust::MediaReuploadRequest;
use whatsapp_rust::download::DownloadParams;
use whatsapp_rust::upload::{UploadOptions, UploadResponse};

use crate::client::Client;
use crate::http::Hosts;
use crate::network::{ANN, BEN, Network};

/// Above the size from which clients ask what is there already.
const LARGE: usize = 6 * 1024 * 1024;

async fn upload(client: &Client, bytes: Vec<u8>) -> anyhow::Result<UploadResponse> {
    client.client.upload(bytes, MediaType::Document, UploadOptions::new()).await
}

fn params(file: &UploadResponse) -> DownloadParams {
    DownloadParams::encrypted(
        file.direct_path.clone(),
        &file.media_key,
        &file.file_sha256,
        &file.file_enc_sha256,
        file.file_length,
        MediaType::Document,
    )
}

async fn download(client: &Client, file: &UploadResponse) -> anyhow::Result<Vec<u8>> {
    client.client.download_from_params(&params(file)).await
}

async fn spoil(network: &Network, kind: MediaFaultKind, on: MediaDirection, times: u32) {
    let fault = MediaFault { kind, on: Some(on), times: Some(times) };
    let faults = Faults { media_fault: Some(Some(fault)), ..Faults::default() };
    network.sim.inject(faults).await.unwrap();
}

struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

/// Calls the media hosts without a client in between.
async fn call(network: &Network, request: HttpRequest, body: Vec<u8>) -> Answer {
    let hosts = Hosts(network.address);
    let send = move || {
        let answer = hosts.send(&request, &mut &body[..], body.len() as u64).unwrap();
        let headers = answer.headers.clone();
        Answer { status: answer.status, headers, body: answer.bytes().unwrap() }
    };
    tokio::task::spawn_blocking(send).await.unwrap()
}

async fn fetch(network: &Network, url: &str, range: Option<&str>) -> Answer {
    let headers = range.map(|range| ("Range".to_owned(), range.to_owned()));
    let headers: HashMap<_, _> = headers.into_iter().collect();
    let request = HttpRequest { headers, ..HttpRequest::get(url) };
    call(network, request, Vec::new()).await
}

#[tokio::test]
async fn a_file_goes_up_and_comes_down_to_another_client() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;

    let file = upload(&ann, vec![7; 1024]).await.unwrap();

    assert!(file.url.starts_with("https://mmg.whatsapp.net/v/"), "{}", file.url);
    assert_eq!(download(&ben, &file).await.unwrap(), vec![7; 1024]);
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}

#[tokio::test]
async fn a_path_is_enough_to_fetch_and_ranges_are_served() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();

    let whole = fetch(&network, &file.url, None).await;
    assert_eq!((whole.status, &*whole.headers["content-length"]), (200, "1018"));
    let part = fetch(&network, &file.url, Some("bytes=16-31")).await;
    assert_eq!((part.status, &*part.headers["content-range"]), (206, "bytes 16-31/1018"));
    assert_eq!(part.body, whole.body[16..32]);
    assert_eq!(fetch(&network, &file.url, Some("bytes=2000-")).await.status, 416);
}

#[tokio::test]
async fn what_is_not_permitted_is_refused() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();

    let tampered = file.url.replace("oh=", "oh=x");
    assert_eq!(fetch(&network, &tampered, None).await.status, 403);
    let stale = format!("{}&auth=stale", file.url);
    assert_eq!(fetch(&network, &stale, None).await.status, 401);
    let token = "A".repeat(43);
    let upload = |auth: &str| {
        HttpRequest::post(format!(
            "https://mmg.whatsapp.net/mms/image/{token}?auth={auth}&token={token}"
        ))
    };
    assert_eq!(call(&network, upload("stale"), vec![1; 100]).await.status, 401);
    let auth = ann.client.refresh_media_conn(true).await.unwrap().auth;
    assert_eq!(call(&network, upload(&auth), vec![1; 100]).await.status, 400);
}

#[tokio::test]
async fn what_was_meant_for_another_host_is_refused_and_counted() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let prefix = Some(Some("@evil.test".to_owned()));
    let faults = Faults { direct_path_prefix: prefix, ..Faults::default() };
    network.sim.inject(faults).await.unwrap();
    let file = upload(&ann, vec![7; 1000]).await.unwrap();
    assert!(file.direct_path.starts_with("@evil.test/v/"), "{}", file.direct_path);

    download(&ann, &file).await.unwrap_err();

    let hosts = network.sim.status().await.foreign_hosts;
    assert!(hosts.keys().all(|host| host.ends_with("@evil.test")) && !hosts.is_empty());
    for path in ["/steal", "/ws/chat"] {
        let answer = fetch(&network, &format!("https://evil.test{path}"), None).await;
        assert_eq!(answer.status, 421);
    }
    assert_eq!(network.sim.status().await.foreign_hosts["evil.test"], 2);
}

#[tokio::test]
async fn an_expired_file_is_gone() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();
    let other = upload(&ann, vec![8; 1000]).await.unwrap();

    let expire = ExpireMedia { path: Some(file.direct_path.clone()), status: Some(404) };
    let faults = Faults { expire_media: Some(expire), ..Faults::default() };
    network.sim.inject(faults).await.unwrap();

    assert_eq!(fetch(&network, &file.url, None).await.status, 404);
    download(&ann, &file).await.unwrap_err();
    assert_eq!(download(&ann, &other).await.unwrap(), vec![8; 1000]);
}

#[tokio::test]
async fn a_client_renews_a_token_that_is_refused_and_tries_the_second_host() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;

    spoil(&network, MediaFaultKind::Unauthorized, MediaDirection::Upload, 1).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();
    for kind in [MediaFaultKind::Unavailable, MediaFaultKind::BreaksOff] {
        spoil(&network, kind, MediaDirection::Download, 1).await;
        assert_eq!(download(&ann, &file).await.unwrap(), vec![7; 1000], "{kind:?}");
    }
}

#[tokio::test]
async fn a_host_that_lies_about_the_length_is_found_out() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, vec![7; 100_000]).await.unwrap();
    for kind in [MediaFaultKind::Truncated, MediaFaultKind::Overlong] {
        spoil(&network, kind, MediaDirection::Download, 10).await;
        download(&ann, &file).await.unwrap_err();
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_resumed() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let bytes: Vec<u8> = (0..LARGE).map(|i| i as u8).collect();

    spoil(&network, MediaFaultKind::BreaksOff, MediaDirection::Upload, 1).await;
    let file = upload(&ann, bytes.clone()).await.unwrap();

    assert!(download(&ann, &file).await.unwrap() == bytes);
    // The same content under the same key is there already; were it sent, it would be refused.
    spoil(&network, MediaFaultKind::Unavailable, MediaDirection::Upload, 9).await;
    let options = UploadOptions::new().with_media_key(file.media_key);
    let again = ann.client.upload(bytes, MediaType::Document, options).await.unwrap();
    assert_eq!(again.file_enc_sha256, file.file_enc_sha256);
}

#[tokio::test]
async fn files_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::in_folder(folder.path()).await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();
    let address = network.address;
    network.stop().await;

    let network = Network::in_folder_at(folder.path(), address).await;

    assert_eq!(fetch(&network, &file.url, None).await.status, 200);
}

/// A document that points to a file.
fn document(file: &UploadResponse) -> wa::Message {
    let document = wa::message::DocumentMessage {
        url: Some(file.url.clone()),
        direct_path: Some(file.direct_path.clone()),
        media_key: Some(file.media_key.to_vec()),
        file_sha256: Some(file.file_sha256.to_vec()),
        file_enc_sha256: Some(file.file_enc_sha256.to_vec()),
        file_length: Some(file.file_length),
        mimetype: Some("text/plain".to_owned()),
        ..Default::default()
    };
    wa::Message { document_message: document.into(), ..Default::default() }
}

#[tokio::test]
async fn a_phone_opens_the_file_it_gets() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let file = upload(&ann, b"hello Ben".to_vec()).await.unwrap();
    let sent = ann.client.send_message(Jid::pn(BEN), document(&file)).await.unwrap();
    network.phone_holds(BEN, &sent.message_id).await;

    let path = format!("/sandbox/phones/{BEN}/messages/{}/file", sent.message_id);
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let answer = phone_api(network.sim.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain");
    assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "hello Ben");
}

#[tokio::test]
async fn a_phone_uploads_a_lost_file_again_or_says_why_not() {
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let ben = network.linked_client(BEN).await;
    let file = upload(&ann, vec![7; 1000]).await.unwrap();
    let sent = ann.client.send_message(Jid::pn(BEN), document(&file)).await.unwrap();
    let id = sent.message_id;
    let (info, _) = ben.message(&id).await;
    network.phone_holds(BEN, &id).await;
    let expire = Faults { expire_media: Some(ExpireMedia::default()), ..Faults::default() };
    network.sim.inject(expire).await.unwrap();
    download(&ben, &file).await.unwrap_err();

    let request = MediaReuploadRequest {
        msg_id: &id,
        chat_jid: &info.source.chat,
        media_key: &file.media_key,
        is_from_me: false,
        participant: None,
    };
    let answer = async |answer| {
        let faults = Faults { media_retry: Some(answer), ..Faults::default() };
        network.sim.inject(faults).await.unwrap();
        ben.client.media_reupload().request(&request).await.unwrap()
    };
    let missing = answer(MediaRetryAnswer::NotFound).await;
    assert!(matches!(missing, MediaRetryResult::NotFound), "{missing:?}");
    let uploaded = answer(MediaRetryAnswer::Upload).await;
    let MediaRetryResult::Success { direct_path } = uploaded else {
        panic!("{uploaded:?}");
    };
    assert_ne!(direct_path, file.direct_path);
    let again = DownloadParams { direct_path, ..params(&file) };
    assert_eq!(ben.client.download_from_params(&again).await.unwrap(), vec![7; 1000]);
}

/// An encrypted file on disk.
struct OnDisk(PathBuf);

impl UploadSource for OnDisk {
    fn len(&self) -> u64 {
        std::fs::metadata(&self.0).unwrap().len()
    }

    fn reader_from(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.0)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }
}

/// The most memory this process has had, in bytes.
#[cfg(target_os = "linux")]
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hundred_megabytes_pass_without_being_held_in_memory() {
    const SIZE: u64 = 100 * 1024 * 1024;
    const ROOM: u64 = 30 * 1024 * 1024;
    let network = Network::start().await;
    let ann = network.linked_client(ANN).await;
    let folder = tempfile::tempdir().unwrap();
    let sealed = folder.path().join("sealed");
    let plain = io::repeat(7).take(SIZE);
    let out = BufWriter::new(File::create(&sealed).unwrap());
    let info = encrypt_media_streaming(plain, out, MediaType::Document).unwrap();
    let before = peak_memory();

    let file = ann.client.upload_stream(OnDisk(sealed), info, MediaType::Document).await.unwrap();
    let opened = File::create(folder.path().join("opened")).unwrap();
    let opened = ann.client.download_from_params_to_writer(&params(&file), opened).await.unwrap();

    assert_eq!(opened.metadata().unwrap().len(), SIZE);
    let grown = peak_memory() - before;
    assert!(grown < ROOM, "{grown} bytes more");
}
