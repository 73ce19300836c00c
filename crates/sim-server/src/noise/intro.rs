//! What a client sends before its first frame: an optional edge-routing part (`ED`) and
//! the four-byte header (`WA`, version, token dictionary), which becomes the prologue.

use bytes::{Buf as _, BytesMut};

use super::HandshakeError;

/// The header's length; its last byte is the version of the token dictionary.
const HEADER_LEN: usize = 4;
/// Length of the edge-routing part before its data: `ED`, two bytes of version, three of
/// length.
const EDGE_ROUTING_LEN: usize = 7;
/// Routing data is a few bytes; more than this is not a WhatsApp client.
const EDGE_ROUTING_MAX: usize = 4096;
/// Clients speak dictionary 2 or 3; the codec understands both.
const DICTIONARIES: std::ops::RangeInclusive<u8> = 2..=3;

/// Takes the intro off the front of `buffer`. `None` while it is incomplete.
pub(super) fn take(buffer: &mut BytesMut) -> Result<Option<[u8; HEADER_LEN]>, HandshakeError> {
    let mut skip = 0;
    if buffer.starts_with(b"ED") {
        if buffer.len() < EDGE_ROUTING_LEN {
            return Ok(None);
        }
        let data =
            usize::from(buffer[4]) << 16 | usize::from(buffer[5]) << 8 | usize::from(buffer[6]);
        if data > EDGE_ROUTING_MAX {
            return Err(HandshakeError::Malformed("edge routing data too long"));
        }
        skip = EDGE_ROUTING_LEN + data;
    }
    if buffer.len() < skip + HEADER_LEN {
        return Ok(None);
    }
    buffer.advance(skip);
    let mut header = [0; HEADER_LEN];
    buffer.copy_to_slice(&mut header);
    if !header.starts_with(b"WA") || !DICTIONARIES.contains(&header[3]) {
        return Err(HandshakeError::Malformed("not a WhatsApp connection header"));
    }
    Ok(Some(header))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_plain_header_is_the_prologue_and_leaves_the_first_frame() {
        let mut buffer = BytesMut::from(&b"WA\x06\x03\x00\x00\x01x"[..]);
        assert_eq!(take(&mut buffer).unwrap(), Some(*b"WA\x06\x03"));
        assert_eq!(&buffer[..], b"\x00\x00\x01x");
    }

    #[test]
    fn edge_routing_is_skipped() {
        let mut buffer = BytesMut::from(&b"ED\x00\x01\x00\x00\x03abcWA\x06\x02rest"[..]);
        assert_eq!(take(&mut buffer).unwrap(), Some(*b"WA\x06\x02"));
        assert_eq!(&buffer[..], b"rest");
    }

    #[test]
    fn an_intro_in_pieces_waits_for_the_rest() {
        for part in [&b"E"[..], b"ED\x00\x01", b"ED\x00\x01\x00\x00\x03abcWA\x06", b"WA\x06"] {
            let mut buffer = BytesMut::from(part);
            assert_eq!(take(&mut buffer).unwrap(), None, "{part:?}");
            assert_eq!(&buffer[..], part, "nothing may be taken yet");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [&b"GET /"[..], b"WA\x06\x09", b"ED\x00\x01\xff\xff\xff"] {
            assert!(take(&mut BytesMut::from(bad)).is_err(), "{bad:?}");
        }
    }
}
