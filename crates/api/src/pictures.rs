//! The pictures of QR codes, made once for each code however many ask for it.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use siskin_model::{InstanceId, Qr, UnixMillis};

use crate::error::ApiError;

/// How many instances' pictures are kept; one takes about 5 KB.
const CAPACITY: usize = 1024;

/// A code as a picture.
#[derive(Clone)]
pub(crate) struct Picture {
    pub png: Bytes,
    /// The vendor's answer, with the picture in base64.
    pub json: Bytes,
}

struct Slot {
    text: String,
    expires: UnixMillis,
    picture: OnceLock<Result<Picture, String>>,
}

/// The latest picture of each instance that was asked for one lately.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<HashMap<InstanceId, Arc<Slot>>>);

impl Pictures {
    /// The picture of a code that can still be scanned.
    pub fn of(&self, instance: InstanceId, qr: &Qr) -> Result<Picture, ApiError> {
        let slot = self.slot(instance, qr);
        // Drawn outside of the lock: other instances' callers do not wait for it.
        slot.picture.get_or_init(|| draw(&qr.text)).clone().map_err(ApiError::Internal)
    }

    fn slot(&self, instance: InstanceId, qr: &Qr) -> Arc<Slot> {
        let mut slots = self.0.lock();
        if let Some(slot) = slots.get(&instance)
            && slot.text == qr.text
        {
            return slot.clone();
        }
        if slots.len() >= CAPACITY && !slots.contains_key(&instance) {
            make_room(&mut slots, qr.issued);
        }
        let (text, expires) = (qr.text.clone(), qr.expires);
        let slot = Arc::new(Slot { text, expires, picture: OnceLock::new() });
        slots.insert(instance, slot.clone());
        slot
    }
}

/// Forgets what has expired and, if that is nothing, whatever expires first.
fn make_room(slots: &mut HashMap<InstanceId, Arc<Slot>>, now: UnixMillis) {
    slots.retain(|_, slot| slot.expires > now);
    if slots.len() >= CAPACITY
        && let Some(first) =
            slots.iter().min_by_key(|(_, slot)| slot.expires).map(|(instance, _)| *instance)
    {
        slots.remove(&first);
    }
}

fn draw(text: &str) -> Result<Picture, String> {
    let png = siskin_qr::png(text).map_err(|error| error.to_string())?;
    let json = format!(r#"{{"type":"qrCode","message":"{}"}}"#, STANDARD.encode(&png));
    Ok(Picture { png: png.into(), json: json.into() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn qr(text: &str, issued: i64) -> Qr {
        let issued = UnixMillis(issued);
        Qr { text: text.into(), issued, expires: UnixMillis(issued.0 + 20_000) }
    }

    #[test]
    fn a_code_is_drawn_once_and_its_successor_anew() {
        let pictures = Pictures::default();
        let first = pictures.of(InstanceId::FIRST, &qr("one", 0)).unwrap();
        let again = pictures.of(InstanceId::FIRST, &qr("one", 0)).unwrap();
        assert_eq!(first.png.as_ptr(), again.png.as_ptr());
        let next = pictures.of(InstanceId::FIRST, &qr("two", 20_000)).unwrap();
        assert_ne!(first.png, next.png);
        let body: serde_json::Value = serde_json::from_slice(&next.json).unwrap();
        assert_eq!(STANDARD.decode(body["message"].as_str().unwrap()).unwrap(), next.png);
    }

    #[test]
    fn the_oldest_pictures_make_room() {
        let pictures = Pictures::default();
        for number in 0..CAPACITY as u64 + 10 {
            pictures.slot(InstanceId::new(number), &qr("code", number as i64));
        }
        let slots = pictures.0.lock();
        assert_eq!(slots.len(), CAPACITY);
        assert!(!slots.contains_key(&InstanceId::new(0)));
        assert!(slots.contains_key(&InstanceId::new(CAPACITY as u64 + 9)));
    }
}
