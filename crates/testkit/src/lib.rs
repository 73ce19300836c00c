//! What tests need and the product does not.

mod eventually;
mod qr;
mod webhook;

pub use eventually::eventually;
pub use qr::decode_qr_png;
pub use webhook::{Delivered, WebhookReceiver};
