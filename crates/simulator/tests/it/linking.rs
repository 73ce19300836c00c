//! Linking a device, by QR and by pairing code.

use crate::client::Client;
use crate::network::{ANN, Network};

#[tokio::test]
async fn a_client_links_by_qr_and_logs_in() {
    let network = Network::start().await;
    let client = Client::new(network.address).await;
    let qr = client.qr().await;

    let jid = network.sim.scan(ANN, &qr).await.unwrap();
    client.connected().await;

    assert_eq!(jid, format!("{ANN}:1@s.whatsapp.net"));
    assert_eq!(client.client.pn().unwrap().to_string(), jid);
    let ann = &network.sim.phones().await[0];
    assert_eq!(ann.linked_devices.len(), 1);
    assert!(ann.linked_devices[0].connected);
    assert_eq!(network.sim.unknown_stanzas(), [].into());
}
