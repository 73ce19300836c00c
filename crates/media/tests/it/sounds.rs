use siskin_model::message::FileKind;

use crate::examined;
use crate::fixtures::{SOUND, Track, aac, mp3, mp4, opus, vorbis};

#[tokio::test]
async fn opus_in_ogg_is_a_voice_message() {
    let seen = examined(&opus(7), "a.mp3", Some("audio/mpeg")).await;
    assert_eq!((seen.kind, seen.is_voice), (FileKind::Audio, true));
    assert_eq!(seen.mime_type.as_str(), "audio/ogg; codecs=opus");
    assert_eq!(seen.seconds, Some(7));
}

#[tokio::test]
async fn other_sounds_are_audio() {
    for (bytes, mime) in [
        (mp3(115), "audio/mpeg"),
        (aac(129), "audio/aac"),
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
        assert_eq!(seen.mime_type.as_str(), "audio/amr");
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
        (&vorbis(3), "a.ogg", "audio/ogg"),
        (&mp4(b"M4A ", &[Track { codec: b"alac", ..SOUND }]), "a.m4a", "audio/mp4"),
        (b"no sound at all", "a.mp3", "audio/mpeg"),
        (b"no sound at all", "a.ogg", "audio/ogg"),
    ] {
        let seen = examined(bytes, name, None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, mime), "{name}");
    }
}

/// Within some hundredths: the bitrate, in whole kbit/s, of the beginning is taken for all of it.
fn assert_about(seen: Option<u32>, expected: u32, what: &str) {
    let seen = seen.unwrap_or_default();
    assert!(seen.abs_diff(expected) <= expected / 25, "{what}: {seen} instead of {expected}");
}

#[tokio::test]
async fn how_long_a_large_sound_is_is_known_without_reading_all_of_it() {
    let frames = 200_000;
    let samples_to_seconds = |samples: usize| u32::try_from(frames * samples / 44_100).unwrap();
    assert_about(
        examined(&aac(frames), "a.aac", None).await.seconds,
        samples_to_seconds(1024),
        "AAC",
    );
    assert_about(
        examined(&mp3(frames), "a.mp3", None).await.seconds,
        samples_to_seconds(1152),
        "MP3",
    );
    // A cover before the sound that is larger than what is looked at.
    let cover = 3 * 1024 * 1024_u32;
    let size = [21, 14, 7, 0].map(|shift| (cover >> shift & 0x7f) as u8);
    let tag = [&b"ID3\x04\0\0"[..], &size, &vec![0; cover as usize]].concat();
    let covered = [tag, mp3(1000)].concat();
    assert_eq!(examined(&covered, "a.mp3", None).await.seconds, Some(26));
    let amr = [&b"#!AMR\n"[..], &[&[0x3c][..], &[0; 31]].concat().repeat(frames)].concat();
    assert_about(examined(&amr, "a.amr", None).await.seconds, 4000, "AMR");
    // A voice message of an hour: only its last page says so.
    let page = [7; 200];
    let mut packets = vec![(&page[..], 0); 30_000];
    let whole = opus(3600);
    packets.push((&page, 3600 * 48_000));
    let ends = whole.len() - 128;
    let long = [&whole[..ends], &crate::fixtures::ogg(&packets)].concat();
    let seen = examined(&long, "a.ogg", None).await;
    assert_eq!((seen.is_voice, seen.seconds), (true, Some(3600)));
}

#[tokio::test]
async fn a_sound_that_is_made_to_take_long_takes_a_moment() {
    const SIZE: usize = 30 * 1024 * 1024;
    let filled = |beginning: &[u8], with: &[u8]| {
        [beginning, &with.repeat((SIZE - beginning.len()) / with.len())].concat()
    };
    for (what, name, bytes) in [
        ("nothing but ones", "a.aac", filled(b"", b"\xff")),
        ("a frame and ones", "a.aac", filled(&aac(2), b"\xff")),
        ("headers without frames", "a.aac", filled(&aac(1), b"\xff\xf1\x50\x80")),
        ("ones as MP3", "a.mp3", filled(b"\xff\xfb\x90\x44", b"\xff")),
        ("headers without sound", "a.mp3", filled(b"", b"\xff\xfb\x90")),
        ("zeros", "a.mp3", filled(b"", b"\0")),
        ("the shortest frames", "a.amr", filled(b"#!AMR\n", b"\x7c")),
        ("no page", "a.ogg", filled(&opus(1)[..100], b"Ogg")),
        ("nothing but beginnings of pages", "a.ogg", filled(&opus(1)[..100], b"OggS")),
    ] {
        let begun = std::time::Instant::now();
        examined(&bytes, name, None).await;
        let took = begun.elapsed();
        assert!(took < std::time::Duration::from_secs(6), "{what}: {took:?}");
    }
}
