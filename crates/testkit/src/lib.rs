//! What tests of several crates share: a receiver of webhooks, a reader of QR codes,
//! waiting with a deadline, folders that go away.

mod eventually;
mod folder;
mod qr;
mod webhook;

pub use eventually::eventually;
pub use folder::temp_dir;
pub use qr::decode_qr_png;
pub use webhook::{Answer, Delivered, WebhookReceiver};
