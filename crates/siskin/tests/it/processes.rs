//! The binary as a process of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::ensure;
use serde_json::Value;
use siskin_testkit::eventually;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::{Api, Phones};

/// A process that is ended with the test.
pub struct Process {
    child: Child,
    /// What it said when it was ready.
    pub ready: Value,
}

pub fn binary() -> PathBuf {
    env!("CARGO_BIN_EXE_siskin").into()
}

impl Process {
    /// Starts the binary and waits for its first line.
    pub fn start(arguments: &[&str], folder: &Path) -> Self {
        Self::of(command(arguments, folder).stderr(Stdio::null()))
    }

    /// The same, in a shell that lets it have so many files open at once.
    pub fn start_limited(files: u32, arguments: &[&str], folder: &Path) -> Self {
        let command = command(arguments, folder);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {files} && exec \"$0\" \"$@\"")]);
        shell.arg(command.get_program()).args(command.get_args());
        Self::of(shell.stderr(Stdio::null()))
    }

    /// Starts a command that becomes the binary, and waits for its first line.
    pub fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("said {line:?}"));
        Self { child, ready }
    }

    pub fn text(&self, key: &str) -> &str {
        self.ready[key].as_str().unwrap()
    }

    /// The first instance of a gateway.
    pub fn api(&self) -> Api {
        let instance = &self.ready["instances"][0];
        let token = instance["apiTokenInstance"].as_str().unwrap();
        Api::new(self.text("apiUrl"), instance["idInstance"].as_u64().unwrap(), token)
    }

    pub fn phones(&self) -> Phones {
        Phones::at(self.text("phonesUrl"))
    }

    /// Ends it as a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Ends it as a supervisor would; whether it ended well and in time.
    pub async fn terminate(&mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let look = async || {
            let ended = self.child.try_wait()?;
            ensure!(ended.is_some(), "it is running");
            Ok(ended.is_some_and(|status| status.success()))
        };
        eventually("an end", Duration::from_secs(20), look).await.unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(arguments: &[&str], folder: &Path) -> Command {
    configured(Command::new(binary()), arguments, folder)
}

/// Adds to a command what every process of the tests is started with.
pub fn configured(mut command: Command, arguments: &[&str], folder: &Path) -> Command {
    command.args(arguments).args(["--listen", "127.0.0.1:0", "--rate-limits", "off"]);
    command.arg("--data-dir").arg(folder);
    command
}

/// Runs the binary to its end: whether it went well, and what it said.
pub fn run(arguments: &[&str], folder: &Path) -> (bool, String) {
    let output = command(arguments, folder).output().unwrap();
    let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (output.status.success(), said)
}

#[tokio::test]
async fn sigterm_ends_a_linked_gateway_well_even_while_somebody_polls() {
    let folder = tempfile::tempdir().unwrap();
    let mut gateway = Process::start(&["sandbox", "--json", "--link"], folder.path());
    let api = gateway.api();
    api.until_state("authorized").await;
    assert!(api.next_notification().await.is_some());
    let mut poll = TcpStream::connect(api.base.trim_start_matches("http://")).await.unwrap();
    let path = api.url("receiveNotification").split_off(api.base.len());
    let request = format!("GET {path}?receiveTimeout=60 HTTP/1.1\r\nHost: siskin\r\n\r\n");
    poll.write_all(request.as_bytes()).await.unwrap();
    // Answered after the poll was taken in.
    api.until_state("authorized").await;
    assert!(gateway.terminate().await, "it did not end well");
    let mut answer = String::new();
    poll.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("null"), "{answer}");
}

#[tokio::test]
async fn a_second_process_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _gateway = Process::start(&["sandbox", "--json"], folder.path());
    let (well, said) = run(&["sandbox", "--json"], folder.path());
    assert!(!well && said.contains("is in use") && said.contains("hint:"), "{said}");
}

#[tokio::test]
async fn a_port_in_use_is_said_and_nothing_is_made() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(binary())
        .args(["sandbox", "--json", "--listen", &taken.local_addr().unwrap().to_string()])
        .arg("--data-dir")
        .arg(folder.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("--listen"), "{said}");
    assert!(!folder.path().join("siskin.db").exists());
}

#[tokio::test]
async fn a_sandbox_build_stays_away_from_whatsapp() {
    let folder = tempfile::tempdir().unwrap();
    let (well, said) = run(&["serve"], folder.path());
    assert!(!well && said.contains("simulator on loopback"), "{said}");
}

/// Whatever the process says, at the lowest level, of a whole scenario.
#[tokio::test]
async fn no_token_is_in_the_logs_at_any_level() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut child = command(&["sandbox", "--json", "--log", "trace"], &folder.path().join("data"))
        .stdout(Stdio::piped())
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let gateway = Process { child, ready: serde_json::from_str(&line).unwrap() };
    let (api, phones) = (gateway.api(), gateway.phones());
    let wrong = Api::new(&api.base, api.id, "a-wrong-token-of-some-length");
    assert_eq!(reqwest::get(wrong.url("qr")).await.unwrap().status(), 401);
    let hook = serde_json::json!({"webhookUrlToken": "credential-of-the-webhook"});
    api.post("setSettings", hook).await;
    api.link(&phones, crate::stage::ANN).await;
    api.next_notification().await.unwrap();
    fetch_a_file_at_the_second_attempt(&api, &phones).await;
    let fresh = api.get("updateApiToken").await;
    let fresh = Api::new(&api.base, api.id, fresh["apiTokenInstance"].as_str().unwrap());
    fresh.get("logout").await;
    let number = serde_json::json!({"phoneNumber": crate::stage::BEN});
    let code =
        fresh.post("getAuthorizationCode", number).await["code"].as_str().unwrap().to_owned();
    assert_eq!(code.len(), 8, "a code was issued");
    let partner = gateway.text("partnerToken").to_owned();
    let list = format!("{}/partner/getInstances/{partner}", api.base);
    assert_eq!(reqwest::get(list).await.unwrap().status(), 200);
    let console = gateway.text("consoleUrl").to_owned();
    assert!(reqwest::get(&console).await.unwrap().status().is_success());
    let page = format!("{}/waInstance{}/{}", fresh.base, fresh.id, fresh.token);
    assert_eq!(reqwest::get(page).await.unwrap().status(), 200);
    let admin = console.rsplit('/').next().unwrap().to_owned();
    drop(gateway);
    let log = std::fs::read_to_string(log).unwrap();
    assert!(log.contains("TRACE"), "nothing was logged at the lowest level");
    let secrets = [
        &api.token,
        &fresh.token,
        &wrong.token,
        &partner,
        &admin,
        &code,
        "credential-of-the-webhook",
        // What every picture of a code begins with.
        "iVBORw0KGgo",
    ];
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "a secret is in the logs");
    }
    // WhatsApp's media hosts give one that nobody here chose.
    let media = log.lines().filter(|line| line.contains("?auth=")).collect::<Vec<_>>();
    assert!(!media.is_empty(), "no address of a file was logged");
    assert_eq!(media.iter().find(|line| !line.contains("?auth=***")), None);
}

/// Has a file come, whose address is logged since the first host is out of order.
async fn fetch_a_file_at_the_second_attempt(api: &Api, phones: &Phones) {
    let fault = serde_json::json!({"kind": "unavailable", "on": "download", "times": 1});
    phones.fault(serde_json::json!({ "mediaFault": fault })).await;
    let chat = format!("{}@c.us", crate::stage::ANN);
    let sent = serde_json::json!({
        "kind": "document", "chatId": chat, "fileName": "a.txt", "data": "YQ==",
    });
    let path = format!("phones/{}/messages", crate::stage::BEN);
    assert_eq!(phones.post(&path, sent).await.0, 200);
    let look = async || {
        let told = api.next_notification().await.unwrap_or_default();
        let url = told["messageData"]["fileMessageData"]["downloadUrl"].as_str();
        url.map(str::to_owned).ok_or_else(|| anyhow::anyhow!("no file was told of: {told}"))
    };
    let url = eventually("a file", crate::stage::PATIENCE, look).await.unwrap();
    assert_eq!(api.download(&url).await.1, b"a");
}
