//! `kill -9` at the worst moments.

use std::time::Duration;

use anyhow::ensure;
use siskin_testkit::eventually;

use crate::processes::Process;
use crate::stage::{ANN, PATIENCE, Phones};

/// The phone and the gateway agree, whenever the gateway was killed: linked on both sides or
/// on neither.
#[tokio::test]
async fn killed_right_after_the_phone_accepted() {
    for delay in [0, 1, 3, 10, 30, 100, 300] {
        let folders = tempfile::tempdir().unwrap();
        let network = Process::start(&["simulator", "--json"], &folders.path().join("network"));
        let url = network.text("simulatorUrl").to_owned();
        let arguments = ["sandbox", "--json", "--simulator-url", &url];
        let folder = folders.path().join("gateway");
        let mut gateway = Process::start(&arguments, &folder);
        // The gateway passes on what its pages ask of the phones.
        let phones = Phones::at(gateway.text("apiUrl"));
        phones.scan(ANN, &gateway.api().scan_text().await).await;
        // Sleeps: the moment of the end is what the test is about.
        tokio::time::sleep(Duration::from_millis(delay)).await;
        gateway.kill();

        let phones = network.phones();
        let gateway = Process::start(&arguments, &folder);
        let look = async || {
            let (state, devices) = (gateway.api().state().await, phones.devices_of(ANN).await);
            let agree = match state.as_str() {
                "authorized" => devices == 1,
                "notAuthorized" => devices == 0,
                _ => false,
            };
            ensure!(agree, "after {delay} ms: {state} with {devices} devices");
            Ok(())
        };
        eventually("agreement", PATIENCE, look).await.unwrap();
    }
}

#[tokio::test]
async fn killed_while_linked() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["sandbox", "--json"];
    let mut gateway = Process::start(&arguments, folder.path());
    let api = gateway.api();
    api.link(&gateway.phones(), ANN).await;
    gateway.kill();
    let gateway = Process::start(&arguments, folder.path());
    let again = gateway.api();
    assert_eq!((again.id, &again.token), (api.id, &api.token));
    again.until_state("authorized").await;
    assert_eq!(again.next_state().await, "authorized", "the first one is still there");
}
