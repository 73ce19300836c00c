//! A machine whose own address is a public one: what listens there may trust whoever comes from
//! the machine itself, so the gateway is not led there.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use anyhow::ensure;
use parking_lot::Mutex;
use serde_json::json;
use siskin_testkit::eventually;
use tokio::net::TcpListener;

use crate::messages::ben;
use crate::processes::Process;
use crate::stage::{ANN, PATIENCE, http};

type Asked = Arc<Mutex<Vec<String>>>;

/// A public address, which the machine has in a network of its own, where it reaches nobody.
const PUBLIC: &str = "8.8.4.4";
/// Set in the process that is in that network.
const INSIDE: &str = "SISKIN_TEST_HAS_PUBLIC_ADDRESS";
const NETWORK: &str =
    "ip link set lo up && ip address add \"$1\"/32 dev lo && shift && exec \"$@\"";

#[test]
fn what_listens_on_the_machines_own_public_address_is_not_called_unless_that_is_allowed() {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(calls_reach_its_own_address(false));
        runtime.block_on(calls_reach_its_own_address(true));
        return;
    }
    let itself = std::env::current_exe().unwrap();
    let name = std::thread::current().name().unwrap().to_owned();
    let output = with_public_address(&["-n", "-rn"])
        .arg(itself)
        .args(["--exact", &name, "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("1 passed"), "{said}\n{complaint}");
}

/// A command that runs what is added to it on a machine with the address.
///
/// # Panics
/// Where the machine allows none of the ways of making a network.
fn with_public_address(ways: &[&str]) -> Command {
    let command = |how: &str| {
        let mut command = Command::new("unshare");
        command.args([how, "sh", "-c", NETWORK, "sh", PUBLIC]);
        command
    };
    let works = |how: &&&str| command(how).arg("true").output().is_ok_and(|it| it.status.success());
    let how = ways.iter().find(works).expect(
        "a network of its own cannot be made here; hint: run the tests as root, or allow user \
         namespaces (in a container: --cap-add SYS_ADMIN,NET_ADMIN), and install iproute2",
    );
    command(how)
}

async fn calls_reach_its_own_address(allowed: bool) {
    let (internal, asked) = internal_service().await;
    let folder = tempfile::tempdir().unwrap();
    let targets = if allowed { "any" } else { "public" };
    let flags = ["--webhook-targets", targets, "--fetch-targets", targets];
    let gateway = Process::start(&[&["sandbox", "--json"], &flags[..]].concat(), folder.path());
    let api = gateway.api();

    api.post("setSettings", json!({"webhookUrl": format!("http://{internal}/hook")})).await;
    api.link(&gateway.phones(), ANN).await;
    let file = format!("http://{internal}/file.png");
    let body = json!({"chatId": ben(), "urlFile": file, "fileName": "file.png"});
    let (status, text) = api.refused("sendFileByUrl", body).await;
    assert_eq!(status, if allowed { 200 } else { 400 }, "{text}");

    let outcome = if allowed { "delivered" } else { "failed" };
    let look = async || {
        let metrics = http().get(format!("{}/metrics", api.base)).send().await?.text().await?;
        let line = format!("siskin_notifications_{outcome}_total ");
        ensure!(metrics.contains(&line), "{metrics}");
        Ok(())
    };
    eventually("a webhook", PATIENCE, look).await.unwrap();
    let asked = std::mem::take(&mut *asked.lock());
    let expected: &[&str] = if allowed { &["/file.png", "/hook"] } else { &[] };
    assert_eq!(
        asked.iter().map(String::as_str).collect::<BTreeSet<_>>(),
        expected.iter().copied().collect()
    );
}

/// A service on the public address, and what it was asked for.
async fn internal_service() -> (SocketAddr, Asked) {
    let listener = TcpListener::bind((PUBLIC, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Asked::default();
    let seen = asked.clone();
    let answer = move |uri: axum::http::Uri| async move {
        seen.lock().push(uri.to_string());
        crate::messages::png(4, 4)
    };
    let app = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, app).await });
    (address, asked)
}
