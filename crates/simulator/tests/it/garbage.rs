//! Clients that are none.

use buffa::Message as _;
use futures::{SinkExt as _, StreamExt as _};
use tokio::time::timeout;
use tokio_websockets::{ClientBuilder, Message};
use waproto::whatsapp::HandshakeMessage;
use waproto::whatsapp::handshake_message::{ClientFinish, ClientHello};

use crate::client::{Client, PATIENCE};
use crate::network::{ANN, Network};

fn frame(message: HandshakeMessage) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
    [&length[1..], &bytes].concat()
}

fn hello(ephemeral: usize, rest: Option<usize>) -> Vec<u8> {
    let rest = rest.map(|length| vec![2; length]);
    let hello = ClientHello {
        ephemeral: Some(vec![1; ephemeral]),
        r#static: rest.clone(),
        payload: rest,
        ..Default::default()
    };
    let message = HandshakeMessage { client_hello: hello.into(), ..Default::default() };
    [b"WA\x06\x03".to_vec(), frame(message)].concat()
}

fn finish(length: usize) -> Vec<u8> {
    let finish = ClientFinish {
        r#static: Some(vec![3; length]),
        payload: Some(vec![4; length]),
        ..Default::default()
    };
    frame(HandshakeMessage { client_finish: finish.into(), ..Default::default() })
}

#[tokio::test]
async fn a_client_that_talks_nonsense_is_cut_off_and_disturbs_nobody() {
    let network = Network::start().await;
    let bystander = network.linked_client(ANN).await;
    let cases = [
        b"GET / HTTP/1.1".to_vec(),
        b"WA\x06\x01".to_vec(),
        b"ED\x00\x01\xff\xff\xff".to_vec(),
        b"WA\x06\x03\x00\x00\x00".to_vec(),
        b"WA\x06\x03\x00\x00\x04\xff\xff\xff\xff".to_vec(),
        hello(0, None),
        hello(31, None),
        [hello(32, Some(0)), finish(48)].concat(),
        [hello(32, None), finish(0)].concat(),
        [hello(32, None), finish(48)].concat(),
        [hello(32, Some(48)), finish(48)].concat(),
    ];
    for case in cases {
        let uri = format!("ws://{}/ws/chat", network.address).parse().unwrap();
        let (mut socket, _) = ClientBuilder::from_uri(uri).connect().await.unwrap();
        socket.send(Message::binary(case.clone())).await.unwrap();
        let ended = timeout(PATIENCE, async {
            while socket.next().await.is_some_and(|message| message.is_ok_and(|m| !m.is_close())) {}
        });
        assert!(ended.await.is_ok(), "still open after {case:02x?}");
    }
    assert!(bystander.client.is_logged_in());
    let other = Client::new(network.address).await;
    network.sim.scan(ANN, &other.qr().await).await.unwrap();
    other.connected().await;
}
