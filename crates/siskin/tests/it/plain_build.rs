//! The build without the sandbox, pointed at the simulator. It runs as a step of its own,
//! which names the other binary.

use std::process::{Command, Stdio};
use std::time::Duration;

use siskin_testkit::eventually;

use crate::processes::Process;
use crate::stage::{Api, PATIENCE};

/// Names the binary that was built without the feature `sandbox`.
const PLAIN_BINARY: &str = "SISKIN_PLAIN_BINARY";

#[tokio::test]
async fn it_never_shows_a_qr_of_a_server_that_is_not_whatsapp_and_says_why() {
    let plain = std::env::var(PLAIN_BINARY).expect("SISKIN_PLAIN_BINARY is not set");
    let folders = tempfile::tempdir().unwrap();
    let network = Process::start(&["simulator", "--json"], &folders.path().join("network"));
    let folder = folders.path().join("gateway");
    let mut gateway = Command::new(&plain)
        .args(["serve", "--listen", "127.0.0.1:0", "--rate-limits", "off"])
        .args(["--whatsapp-url", network.text("simulatorUrl"), "--data-dir"])
        .arg(&folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let running = async || {
        let text = std::fs::read_to_string(folder.join("running.json"))?;
        Ok(serde_json::from_str::<serde_json::Value>(&text)?)
    };
    let running = eventually("a running gateway", PATIENCE, running).await.unwrap();
    let base = running["apiUrl"].as_str().unwrap().to_owned();
    let created = Command::new(&plain)
        .args(["instance", "create", "--json", "--data-dir"])
        .arg(&folder)
        .output()
        .unwrap();
    let created: serde_json::Value = serde_json::from_slice(&created.stdout).unwrap();
    let token = created["apiTokenInstance"].as_str().unwrap();
    let api = Api::new(&base, created["idInstance"].as_u64().unwrap(), token);
    let why = async || {
        let answer = api.get("qr").await;
        assert_ne!(answer["type"], "qrCode", "a QR of a server that is not WhatsApp");
        let said = answer["message"].as_str().unwrap_or_default().to_owned();
        anyhow::ensure!(said.contains("did not prove that it is WhatsApp"), "it said: {said}");
        Ok(())
    };
    eventually("the reason", Duration::from_secs(90), why).await.unwrap();
    gateway.kill().unwrap();
    gateway.wait().unwrap();
}
