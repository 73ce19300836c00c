use siskin_model::message::FileKind;

use crate::examined;
use crate::fixtures::{SOUND, aac, mp3, mp4, opus, vorbis};

#[tokio::test]
async fn opus_in_ogg_is_a_voice_message() {
    let seen = examined(&opus(7), "a.mp3", Some("audio/mpeg")).await;
    assert_eq!((seen.kind, seen.is_voice), (FileKind::Audio, true));
    assert_eq!(seen.mime_type, "audio/ogg; codecs=opus");
    assert_eq!(seen.seconds, Some(7));
}

#[tokio::test]
async fn other_sounds_are_audio() {
    for (bytes, mime) in [
        (mp3(115), "audio/mpeg"),
        (aac(129), "audio/aac"),
        (vorbis(3), "audio/ogg"),
        (mp4(b"M4A ", &[SOUND]), "audio/mp4"),
        (mp4(b"isom", &[SOUND]), "audio/mp4"),
    ] {
        let seen = examined(&bytes, "sound", None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Audio, mime));
        assert_eq!(seen.seconds, Some(3), "{mime}");
        assert!(!seen.is_voice && seen.thumbnail.is_empty() && seen.dimensions.is_none());
    }
}

#[tokio::test]
async fn the_frames_of_amr_are_counted() {
    let narrow = [&b"#!AMR\n"[..], &[&[0x3c][..], &[0; 31]].concat().repeat(100)].concat();
    for (bytes, seconds) in [(narrow, Some(2)), (b"#!AMR\n......".to_vec(), Some(1))] {
        let seen = examined(&bytes, "a.amr", None).await;
        assert_eq!((seen.kind, seen.seconds), (FileKind::Audio, seconds));
        assert_eq!(seen.mime_type, "audio/amr");
    }
}

#[tokio::test]
async fn what_whatsapp_does_not_play_is_a_document() {
    let wav = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0";
    let theora = crate::fixtures::ogg(&[(b"\x80theora and more of it", 0)]);
    for (bytes, name, mime) in [
        (&wav[..], "a.wav", "audio/wav"),
        (b"fLaC\0\0\0\x22 and more", "a.flac", "audio/flac"),
        (&theora, "a.ogg", "audio/ogg"),
        (b"no sound at all", "a.mp3", "audio/mpeg"),
        (b"no sound at all", "a.ogg", "audio/ogg"),
    ] {
        let seen = examined(bytes, name, None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, mime), "{name}");
    }
}
