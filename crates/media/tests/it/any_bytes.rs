use proptest::prelude::*;

use crate::fixtures::{
    VIDEO, aac, animated_gif, animated_webp, encoded, half_red, jpeg_with_orientation, mp3, mp4,
    opus, vorbis,
};

/// Files of every format that is looked into.
fn intact_files() -> Vec<Vec<u8>> {
    let image = half_red(20, 10);
    let mut files: Vec<_> = ["png", "gif", "bmp", "webp"]
        .iter()
        .map(|extension| encoded(&image, image::ImageFormat::from_extension(extension).unwrap()))
        .collect();
    files.extend([
        jpeg_with_orientation(&image, 6),
        animated_webp(20, 10),
        animated_gif(20, 10),
        mp4(b"isom", &[VIDEO]),
        opus(2),
        vorbis(2),
        mp3(3),
        aac(3),
        [&b"#!AMR\n"[..], &[0x3c; 64]].concat(),
    ]);
    files
}

const NAMES: [&str; 8] = ["a.jpg", "a.webp", "a.gif", "a.mp4", "a.mp3", "a.ogg", "a.amr", "a"];

/// What is seen of it is small, and keeps what is known without looking inside: a file that
/// makes a decoder panic has a type.
fn look(bytes: &[u8], name: &str) {
    let folder = siskin_testkit::temp_dir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (name, claimed) = (name.into(), "text/csv".into());
    let (instance, has_caption) = (crate::instance(), bytes.len().is_multiple_of(2));
    let seen = siskin_media::examine(instance, &path, &name, Some(&claimed), has_caption);
    let seen = runtime.block_on(seen);
    assert!(seen.thumbnail.len() <= 10 * 1024);
    assert!(!seen.mime_type.is_unknown());
    if seen.must_be_remade {
        let seen = runtime.block_on(siskin_media::remake(instance, &path, seen));
        assert!(!seen.must_be_remade);
    }
    runtime.block_on(siskin_media::shrink(bytes.to_vec().into(), 50));
}

proptest! {

    #[test]
    fn any_bytes_can_be_looked_into(bytes: Vec<u8>, name in 0..NAMES.len()) {
        look(&bytes, NAMES[name]);
    }

    #[test]
    fn intact_files_can_be_damaged_anywhere(
        file in 0_usize..13,
        name in 0..NAMES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        end in any::<prop::sample::Index>(),
        cut in any::<bool>(),
    ) {
        let mut bytes = intact_files().swap_remove(file);
        for (at, value) in damage {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if cut {
            bytes.truncate(end.index(bytes.len()));
        }
        look(&bytes, NAMES[name]);
    }
}
