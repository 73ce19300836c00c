//! The shell's commands.

use std::io::Read as _;
use std::process::{Command, Stdio};

use crate::processes::{Process, binary, run};
use crate::stage::{ANN, Api};

#[tokio::test]
async fn instances_are_created_listed_shown_and_deleted_beside_a_running_gateway() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Process::start(&["sandbox", "--json"], folder.path());
    let (well, said) = run(&["instance", "create", "--name", "Shop", "--json"], folder.path());
    assert!(well, "{said}");
    let created: serde_json::Value = serde_json::from_str(&said).unwrap();
    let id = created["idInstance"].to_string();
    let (_, listed) = run(&["instance", "list"], folder.path());
    assert!(listed.contains(&id) && listed.contains("notAuthorized"), "{listed}");
    let (_, shown) = run(&["instance", "show", &id], folder.path());
    assert!(shown.contains("Shop"), "{shown}");
    let (well, said) = run(&["instance", "delete", &id], folder.path());
    assert!(well, "{said}");
    let (well, said) = run(&["instance", "show", &id], folder.path());
    assert!(!well && said.contains("hint:"), "{said}");
    let (_, listed) = run(&["instance", "list"], folder.path());
    assert!(!listed.contains(&id), "{listed}");
    drop(gateway);
}

#[tokio::test]
async fn instances_can_be_managed_with_no_gateway_running() {
    let folder = tempfile::tempdir().unwrap();
    assert!(Process::start(&["sandbox", "--json"], folder.path()).terminate().await);
    let (well, said) =
        run(&["instance", "list", "--whatsapp-url", "ws://127.0.0.1:9/ws/chat"], folder.path());
    assert!(well && said.contains("7103000001"), "{said}");
}

#[tokio::test]
async fn link_shows_the_code_in_the_terminal_and_ends_when_linked() {
    let folder = tempfile::tempdir().unwrap();
    let gateway = Process::start(&["sandbox", "--json"], folder.path());
    let api: Api = gateway.api();
    let mut link = Command::new(binary())
        .args(["link", &api.id.to_string(), "--data-dir"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    gateway.phones().scan(ANN, &api.scan_text().await).await;
    let ended = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        link.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        (link.wait().unwrap().success(), said)
    });
    let (well, said) = ended.await.unwrap();
    assert!(well && said.contains('█') && said.contains("Linked"), "{said}");
}

#[test]
fn the_printed_configuration_is_a_valid_one() {
    let folder = tempfile::tempdir().unwrap();
    let printed = Command::new(binary()).args(["config", "print"]).output().unwrap();
    let file = folder.path().join("siskin.toml");
    std::fs::write(&file, &printed.stdout).unwrap();
    let check =
        Command::new(binary()).args(["config", "check", "--config"]).arg(&file).output().unwrap();
    assert!(check.status.success());
    std::fs::write(&file, "lissten = \"127.0.0.1:1\"").unwrap();
    let check =
        Command::new(binary()).args(["config", "check", "--config"]).arg(&file).output().unwrap();
    let said = String::from_utf8_lossy(&check.stderr).into_owned();
    assert!(!check.status.success() && said.contains("lissten"), "{said}");
}
