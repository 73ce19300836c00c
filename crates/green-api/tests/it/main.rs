//! What is drawn for the vendor's clients, beside what it is to be.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod journal;
mod notifications;
