use siskin_model::message::FileKind;

use crate::examined;
use crate::fixtures::{SOUND, Track, VIDEO, long_box, moov, mp4, mp4_box};

#[tokio::test]
async fn films_tell_their_size_and_length() {
    for (brand, mime) in [
        (b"isom", "video/mp4"),
        (b"mp42", "video/mp4"),
        (b"avc1", "video/mp4"),
        (b"M4V ", "video/mp4"),
        (b"qt  ", "video/quicktime"),
        (b"3gp5", "video/3gpp"),
    ] {
        let seen = examined(&mp4(brand, &[SOUND, VIDEO]), "a.bin", Some("image/png")).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Video, mime));
        assert_eq!((seen.dimensions, seen.seconds), (Some((640, 360)), Some(3)));
        assert!(!seen.is_gif && !seen.is_voice);
    }
}

#[tokio::test]
async fn a_film_that_was_taken_upright_is_upright() {
    let turned = Track { turned: true, ..VIDEO };
    let seen = examined(&mp4(b"isom", &[turned]), "a.mp4", None).await;
    assert_eq!(seen.dimensions, Some((360, 640)));
}

#[tokio::test]
async fn a_film_that_is_called_a_gif_plays_like_one() {
    let seen = examined(&mp4(b"isom", &[VIDEO]), "dance.GIF", None).await;
    assert_eq!((seen.kind, seen.is_gif), (FileKind::Video, true));
    assert_eq!(seen.mime_type.as_str(), "video/mp4");
}

#[tokio::test]
async fn boxes_may_be_long_unknown_or_last() {
    let index = moov(1200, &[VIDEO]);
    let brands = mp4_box(b"ftyp", b"isom\0\0\0\0");
    let unknown = mp4_box(b"what", &[1; 50]);
    let open_end = [&[0, 0, 0, 0], &index[4..]].concat();
    let film = [brands, unknown, long_box(b"mdat", &[0; 99]), open_end].concat();
    let seen = examined(&film, "a", None).await;
    assert_eq!((seen.kind, seen.seconds), (FileKind::Video, Some(1)));
    // As QuickTime wrote them before there were brands.
    let seen = examined(&moov(1200, &[VIDEO]), "a.mov", None).await;
    assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Video, "video/quicktime"));
}

#[tokio::test]
async fn a_film_in_fragments_says_its_length_elsewhere() {
    let mut length = vec![0; 4];
    length.extend(5000_u32.to_be_bytes());
    let fragments = mp4_box(b"mvex", &mp4_box(b"mehd", &length));
    let index = moov(0, &[Track { millis: 0, ..VIDEO }]);
    let index = mp4_box(b"moov", &[&index[8..], &fragments].concat());
    let film = [mp4_box(b"ftyp", b"iso5\0\0\0\0"), index].concat();
    let seen = examined(&film, "a", None).await;
    assert_eq!((seen.kind, seen.seconds), (FileKind::Video, Some(5)));
}

#[tokio::test]
async fn a_film_without_a_picture_is_none() {
    let brands = mp4_box(b"ftyp", b"isom\0\0\0\0");
    let cut_off = mp4(b"isom", &[VIDEO])[..150].to_vec();
    let text = Track { handler: b"text", ..VIDEO };
    for bytes in [brands, cut_off, mp4(b"isom", &[]), mp4(b"isom", &[text])] {
        let seen = examined(&bytes, "a.mp4", None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (FileKind::Document, "video/mp4"));
    }
    for (bytes, name) in [
        (&b"no film at all"[..], "a.mp4"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska", "a.mkv"),
        (b"\x1a\x45\xdf\xa3\x93\x42\x82\x84webm", "a.webm"),
    ] {
        assert_eq!(examined(bytes, name, None).await.kind, FileKind::Document, "{name}");
    }
}

#[tokio::test]
async fn a_film_that_not_every_phone_plays_is_a_document() {
    let film = |video, sound| {
        let tracks = [Track { codec: video, ..VIDEO }, Track { codec: sound, ..SOUND }];
        mp4(b"isom", &tracks)
    };
    for (video, sound, kind) in [
        (b"avc1", b"mp4a", FileKind::Video),
        (b"avc3", b"samr", FileKind::Video),
        (b"hvc1", b"mp4a", FileKind::Document),
        (b"hev1", b"mp4a", FileKind::Document),
        (b"av01", b"mp4a", FileKind::Document),
        (b"mp4v", b"mp4a", FileKind::Document),
        (b"encv", b"mp4a", FileKind::Document),
        (b"avc1", b"Opus", FileKind::Document),
        (b"avc1", b"ac-3", FileKind::Document),
    ] {
        let seen = examined(&film(video, sound), "a.mp4", None).await;
        assert_eq!((seen.kind, seen.mime_type.as_str()), (kind, "video/mp4"), "{seen:?}");
    }
    // The first track of each sort counts: phones film with several.
    let spatial = Track { codec: b"apac", ..SOUND };
    let seen = examined(&mp4(b"qt  ", &[VIDEO, SOUND, spatial]), "a.mov", None).await;
    assert_eq!(seen.kind, FileKind::Video);
}

#[tokio::test]
async fn boxes_without_end_are_left_alone() {
    let brands = mp4_box(b"ftyp", b"isom\0\0\0\0");
    let many = mp4_box(b"free", b"").repeat(100_000);
    let deep = (0..1000).fold(Vec::new(), |inner, _| mp4_box(b"moov", &inner));
    for rest in [many, deep, vec![0; 50_000]] {
        let seen = examined(&[&brands[..], &rest].concat(), "a.mp4", None).await;
        assert_eq!(seen.kind, FileKind::Document);
    }
}
