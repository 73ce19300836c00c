//! WhatsApp is told only what is committed, and in order.

use std::sync::atomic::Ordering;

use futures::FutureExt as _;
use wacore::types::events::{Event, Receipt, ServerAck};
use wacore::types::presence::ReceiptType;

use super::super::testing::*;

fn receipt(id: &str) -> Event {
    let receipt = Receipt::builder()
        .source(source(ADA, ADA, false))
        .message_ids(vec![id.to_owned()])
        .timestamp(wacore::time::from_secs(1_780_000_000).unwrap())
        .r#type(ReceiptType::Read)
        .offline(false)
        .build();
    Event::Receipt(receipt)
}

#[tokio::test]
async fn no_frame_goes_out_before_what_came_in_is_stored() {
    let setting = setting().await;
    setting.inbox.waits.store(true, Ordering::SeqCst);
    take(&setting, receipt("A1"));
    let mut frame = Box::pin(setting.inbound.settled());
    tokio::task::yield_now().await;
    assert!(frame.as_mut().now_or_never().is_none());
    setting.inbox.waits.store(false, Ordering::SeqCst);
    setting.inbox.go_on.notify_one();
    frame.await.unwrap();
    assert_eq!(setting.inbox.given().len(), 1);
}

#[tokio::test]
async fn frames_do_not_wait_when_nothing_is_due() {
    let setting = setting().await;
    assert!(setting.inbound.settled().now_or_never().unwrap().is_ok());
    setting.inbox.waits.store(true, Ordering::SeqCst);
    let ack = ServerAck::builder().id("A1".to_owned()).class("message".to_owned()).build();
    take(&setting, Event::ServerAck(ack));
    tokio::task::yield_now().await;
    assert!(setting.inbound.settled().now_or_never().unwrap().is_ok());
    setting.inbox.go_on.notify_one();
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_stored_ends_the_session_so_that_it_comes_again() {
    let setting = setting().await;
    setting.inbox.fails.store(true, Ordering::SeqCst);
    take(&setting, receipt("A1"));
    assert!(setting.inbound.settled().await.is_err());
    setting.inbox.fails.store(false, Ordering::SeqCst);
    take(&setting, receipt("A2"));
    assert!(setting.inbound.settled().await.is_err(), "what comes later must not be told first");
    assert!(setting.keys.fence.is_closed());
    assert_eq!(setting.inbox.given(), []);
}

#[tokio::test]
async fn a_message_that_cannot_be_stored_ends_the_session_so_that_it_comes_again() {
    let setting = setting().await;
    setting.inbox.fails.store(true, Ordering::SeqCst);
    let batch = [inbound(text("Hello"), info("A3", source(ADA, ADA, false)))];
    assert!(setting.inbound.take_messages(&batch).await.is_err());
    assert!(setting.keys.fence.is_closed());
    assert!(setting.inbound.settled().await.is_err(), "nothing is acknowledged any more");
}

#[tokio::test(start_paused = true)]
async fn a_frame_does_not_wait_for_ever() {
    let setting = setting().await;
    setting.inbox.waits.store(true, Ordering::SeqCst);
    take(&setting, receipt("A1"));
    assert!(setting.inbound.settled().await.is_err());
    assert!(setting.keys.fence.is_closed());
}

#[tokio::test]
async fn events_and_messages_keep_their_order() {
    let setting = setting().await;
    setting.inbox.waits.store(true, Ordering::SeqCst);
    for id in ["A1", "A2"] {
        take(&setting, receipt(id));
    }
    let batch = [inbound(text("Hello"), info("A3", source(ADA, ADA, false)))];
    let mut message = Box::pin(setting.inbound.commit_messages(&batch));
    assert!(message.as_mut().now_or_never().is_none());
    setting.inbox.waits.store(false, Ordering::SeqCst);
    setting.inbox.go_on.notify_one();
    message.await.unwrap();
    let given = setting.inbox.given();
    assert!(matches!(&given[..], [Given::Event(_), Given::Event(_), Given::Messages(_)]));
}
